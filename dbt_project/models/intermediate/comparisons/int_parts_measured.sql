{%- set keys = ['period', 'organisation_id', 'region_code', 'trajectory'] %}
with

quarterly as (select * from {{ ref('int_contributions_quarterly') }}),

rolled_up as (select * from {{ ref('int_contributions_rolled_up') }}),

quarters as (
    select
        quarter as period,
        * exclude (quarter, has_cells),
        {{ headline_part('paid_work') }} as paid_work_all_trajectories,
        {{ headline_part('ever_paid_work') }} as ever_paid_work_all_trajectories
    from quarterly
),

half_years_and_years as ( -- noqa: ST03
    select * exclude (period_type, has_cells) from rolled_up
)

{{ unpivoted('quarters', keys) }}
union all by name
{{ unpivoted('half_years_and_years', keys) }}
