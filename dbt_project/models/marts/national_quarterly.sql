with

contributions as (select * from {{ ref('int_contributions_quarterly') }}),

periods as (select distinct period, period_start, quarter from {{ ref('int_periods_unpivoted') }} where period_type = 'quarter'),

statuses as (select * from {{ ref('int_period_statuses') }}),

aggregated as (
    select
        period,
        period_start,
        {{ organisations() }} as organisations,
        {{ quarterly_measures() }},
        {{ headline_measures() }}
    from contributions
    inner join periods using (quarter)
    group by all
    having {{ worth_a_row(quarterly_counts()) }}
)

select
    aggregated.*,
    statuses.expected_organisations,
    statuses.period_status
from aggregated
left join statuses
    on aggregated.period = statuses.period and statuses.trajectory is null
