with

scopes as (select scope, trajectory from {{ ref('int_scopes_listed') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }}),

statuses as (select * from {{ ref('int_period_statuses') }}),

expected as (select * from {{ ref('int_deliveries_expected') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

-- nationwide: provisional when one of its trajectories is
of_everyone as (
    select period, scope, bool_or(period_status = 'provisional') as is_provisional
    from statuses
    inner join scopes using (trajectory)
    group by all
),

-- of an organisation: while a deadline lies ahead, or a delivery that is expected of itself is missing
missing as (
    select distinct organisation_id, period, scope
    from expected
    inner join scopes using (trajectory)
    inner join periods using (quarter)
    where not is_delivered
),

running as (
    select period, bool_or(deadline >= today) as is_provisional
    from periods
    cross join run_context
    group by period
)

select 'all' as organisation_id, period, scope, case when is_provisional then 'provisional' else 'complete' end as period_status
from of_everyone
union all
select organisations.organisation_id, running.period, scope,
    case when running.is_provisional or missing.period is not null then 'provisional' else 'complete' end
from (select distinct organisation_id from {{ ref('int_contributions_quarterly') }}) as organisations
cross join running
cross join (select distinct scope from scopes)
left join missing using (organisation_id, period, scope)
