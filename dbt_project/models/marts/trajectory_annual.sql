with

contributions as (select * from {{ ref('int_contributions_rolled_up') }}),

periods as (select distinct period, period_start from {{ ref('int_periods_unpivoted') }} where period_type = 'year'),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

quarters_covered as (select * from {{ ref('int_quarters_covered') }} where measure_group = 'core'),

statuses as (select * from {{ ref('int_period_statuses') }}),

year_statuses as (select * from {{ ref('int_year_statuses') }}),

aggregated as (
    select
        period,
        period_start,
        trajectory,
        trajectory_name,
        {{ organisations() }} as organisations,
        {{ period_measures() }}
    from contributions
    inner join periods using (period)
    inner join trajectories using (trajectory)
    group by all
    having {{ worth_a_row(period_counts()) }}
)

select
    aggregated.*,
    quarters_covered.quarters,
    statuses.expected_organisations,
    statuses.period_status,
    year_statuses.year_status
from aggregated
left join quarters_covered
    on aggregated.period = quarters_covered.period and aggregated.trajectory = quarters_covered.trajectory
left join statuses
    on aggregated.period = statuses.period and aggregated.trajectory = statuses.trajectory
left join year_statuses on aggregated.period = cast(year_statuses.year as varchar)
