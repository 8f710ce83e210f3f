with

periods as (select * from {{ ref('int_periods_unpivoted') }}),

periods_compared as (select * from {{ ref('int_periods_compared') }} where sign = 1),

groups_delivered as (select * from {{ ref('int_groups_delivered') }} where measure_group = 'core'),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

statuses as (select * from {{ ref('int_period_statuses') }}),

-- 'all': every trajectory together
scopes as (
    select trajectory, registered_from from trajectories
    union all
    select 'all' as trajectory, min(registered_from) as registered_from from trajectories
),

-- which quarters of each period anyone, nationwide, delivered: their places, numbered from 0, and their names
delivered as (
    select
        period,
        coalesce(trajectory, 'all') as trajectory,
        list(distinct periods.quarter_index % 4 + 1 - quarter(period_start) order by periods.quarter_index % 4 + 1 - quarter(period_start)) as places,
        string_agg(distinct quarter[6:], ', ' order by quarter[6:]) as quarters
    from groups_delivered
    inner join periods using (quarter)
    group by grouping sets ((period, trajectory), (period))
),

sides as (
    select
        periods.period,
        scopes.trajectory,
        scopes.registered_from <= max(periods.quarter) as is_registered,
        any_value(statuses.period_status) as period_status,
        any_value(delivered.places) as places,
        coalesce(any_value(delivered.quarters), 'er geen') as quarters
    from periods
    cross join scopes
    left join statuses on periods.period = statuses.period and scopes.trajectory = coalesce(statuses.trajectory, 'all')
    left join delivered on periods.period = delivered.period and scopes.trajectory = delivered.trajectory
    group by periods.period, scopes.trajectory, scopes.registered_from
),

compared as (
    select
        periods_compared.comparison,
        periods_compared.period,
        trajectory,
        later.period_status,
        earlier.period_status as compared_period_status,
        later.is_registered,
        earlier.is_registered as was_registered,
        coalesce(later.places = earlier.places, false) as is_comparable,
        format('{} heeft {}; {} heeft {}', later.period, later.quarters, earlier.period, earlier.quarters) as quarters
    from periods_compared
    inner join sides as later on periods_compared.period = later.period
    inner join sides as earlier using (trajectory)
    where periods_compared.compared_period = earlier.period
)

select
    * exclude (quarters),
    case when not is_comparable then 'niet dezelfde kwartalen: ' || quarters end as not_comparable_reason
from compared
