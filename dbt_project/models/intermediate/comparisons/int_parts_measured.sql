{%- set keys = ['period', 'organisation_id', 'region_code', 'trajectory'] %}
with

quarterly as (select * from {{ ref('int_contributions_quarterly') }}),

rolled_up as (select * from {{ ref('int_contributions_rolled_up') }}),

breakdowns_quarterly as (select * from {{ ref('int_breakdowns_quarterly') }}),

breakdowns_rolled_up as (select * from {{ ref('int_breakdowns_rolled_up') }}),

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
),

measures as (
    {{ unpivoted('quarters', keys) }}
    union all by name
    {{ unpivoted('half_years_and_years', keys) }}
),

categories as (
    select contains(period, 'Q') as is_quarter, *
    from ({{ of_any_period('breakdowns_quarterly', 'breakdowns_rolled_up') }}) -- noqa: AM07
    where breakdown <> 'total'
)

-- of whom each is known: the clients of a half-year or year, and their estimate by funding, by a name of their own
select
    *,
    '' as breakdown,
    '' as category,
    case
        {%- for measure in quarterly_counts() if known_by(measure, 'quarterly') != measure and measure != 'clients_active' %}
        when measure = '{{ measure }}' then '{{ known_by(measure, 'quarterly') }}'
        {%- endfor %}
        when measure = 'clients_active' and contains(period, 'Q') then 'clients'
        else measure
    end as known_as
from measures
union all by name
select
    period,
    organisation_id,
    region_code,
    trajectory,
    case when {{ counts_client_quarters('is_quarter') }} then 'client_quarters_' else '' end || {{ named_measure('measure') }} as measure,
    breakdown,
    category,
    cast(clients as double) as value,
    case when not is_quarter and measure = 'clients' and breakdown = 'funding' then 'clients_active' else measure end as known_as
from categories
