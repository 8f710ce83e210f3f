with

expected as (select * from {{ ref('int_deliveries_expected') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

deadlines as (
    select period, bool_or(deadline >= (select today from run_context)) as is_running
    from periods
    group by period
),

-- trajectory NULL: all trajectories together
counted as (
    select
        periods.period,
        expected.trajectory,
        count(distinct expected.organisation_id) as expected_organisations,
        bool_or(not expected.is_delivered) as is_missing_any
    from periods
    inner join expected using (quarter)
    group by grouping sets ((periods.period, expected.trajectory), (periods.period))
)

select
    counted.period,
    counted.trajectory,
    counted.expected_organisations,
    case when deadlines.is_running or counted.is_missing_any then 'provisional' else 'complete' end as period_status
from counted
inner join deadlines using (period)
