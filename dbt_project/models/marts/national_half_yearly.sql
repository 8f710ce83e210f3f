with

contributions as (select * from {{ ref('int_contributions_rolled_up') }}),

periods as (select distinct period, period_start from {{ ref('int_periods_unpivoted') }} where period_type = 'half_year'),

quarters_covered as (select * from {{ ref('int_quarters_covered') }} where measure_group = 'core'),

statuses as (select * from {{ ref('int_period_statuses') }}),

aggregated as (
    select
        period,
        period_start,
        {{ organisations() }} as organisations,
        {{ period_measures() }}
    from contributions
    inner join periods using (period)
    group by all
    having {{ worth_a_row(period_counts()) }}
)

select
    aggregated.*,
    quarters_covered.quarters,
    statuses.expected_organisations,
    statuses.period_status
from aggregated
left join quarters_covered
    on aggregated.period = quarters_covered.period and quarters_covered.trajectory is null
left join statuses
    on aggregated.period = statuses.period and statuses.trajectory is null
