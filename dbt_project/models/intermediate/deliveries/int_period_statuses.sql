with

expected as (select * from {{ ref('int_deliveries_expected') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

-- trajectory NULL: all trajectories together
scopes as (
    select trajectory from {{ ref('stg_reference__trajectories') }}
    union all
    select null
),

counted as (
    select
        periods.period,
        scopes.trajectory,
        bool_or(periods.deadline >= (select today from run_context)) as is_running,
        count(distinct expected.organisation_id) as expected_organisations,
        coalesce(bool_or(not expected.is_delivered), false) as is_missing_any
    from periods
    cross join scopes
    left join expected
        on periods.quarter = expected.quarter
        and (scopes.trajectory is null or scopes.trajectory = expected.trajectory)
    group by periods.period, scopes.trajectory
)

select
    period,
    trajectory,
    expected_organisations,
    case when is_running or is_missing_any then 'provisional' else 'complete' end as period_status
from counted
