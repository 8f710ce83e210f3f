with

contributions as (select * from {{ ref('int_contributions_rolled_up') }}),

periods as (select distinct period, period_start from {{ ref('int_periods_unpivoted') }} where period_type = 'half_year'),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

quarters_covered as (select * from {{ ref('int_quarters_covered') }} where measure_group = 'core'),

aggregated as (
    select
        period,
        period_start,
        region_code,
        region_name,
        trajectory,
        trajectory_name,
        {{ organisations() }} as organisations,
        {{ period_measures() }}
    from contributions
    inner join periods using (period)
    inner join regions using (region_code)
    inner join trajectories using (trajectory)
    group by all
    having {{ worth_a_row(period_counts()) }}
)

select
    aggregated.*,
    quarters_covered.quarters
from aggregated
left join quarters_covered
    on aggregated.period = quarters_covered.period and aggregated.trajectory = quarters_covered.trajectory
