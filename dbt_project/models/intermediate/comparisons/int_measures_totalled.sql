{%- set keys = ['period', 'region_code', 'trajectory', 'is_published'] %}
with

quarterly as (select * from {{ ref('int_contributions_quarterly') }}),

rolled_up as (select * from {{ ref('int_contributions_rolled_up') }}),

quarters as (
    select
        quarter as period,
        {{ level() }},
        {{ worth_a_row(quarterly_counts()) }} as is_published,
        {{ organisations() }} as organisations,
        {{ quarterly_measures() }},
        {{ headline_measures() }}
    from quarterly
    group by quarter, {{ levels() }}
),

half_years_and_years as (
    select
        period,
        {{ level() }},
        {{ worth_a_row(period_counts()) }} as is_published,
        {{ organisations() }} as organisations,
        {{ period_measures() }}
    from rolled_up
    group by period, {{ levels() }}
),

unpivoted as (
    {{ unpivoted('quarters', keys, include_unknown=true) }}
    union all by name
    {{ unpivoted('half_years_and_years', keys, include_unknown=true) }}
)

-- the headline is of all trajectories together
select *
from unpivoted
where not ends_with(measure, '_all_trajectories') or trajectory = 'all'
