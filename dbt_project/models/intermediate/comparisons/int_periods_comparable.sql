with

periods as (select * from {{ ref('int_periods_unpivoted') }}),

periods_compared as (select * from {{ ref('int_periods_compared') }} where sign = 1),

groups_delivered as (select * from {{ ref('int_groups_delivered') }} where measure_group = 'core'),

listed as (select * from {{ ref('int_scopes_listed') }}),

-- which quarters of each period anyone, nationwide, delivered: their places, numbered from 0, and their names
delivered as (
    select
        period,
        scope,
        list(distinct periods.quarter_index % 4 + 1 - quarter(period_start) order by periods.quarter_index % 4 + 1 - quarter(period_start)) as places,
        string_agg(distinct quarter[6:], ', ' order by quarter[6:]) as quarters
    from groups_delivered
    inner join periods using (quarter)
    inner join listed using (trajectory)
    group by period, scope
),

compared as (
    select
        periods_compared.comparison,
        periods_compared.period,
        scopes.scope as trajectory,
        coalesce(later.places = earlier.places, false) as is_comparable,
        format(
            '{} heeft {}; {} heeft {}',
            periods_compared.period, coalesce(later.quarters, 'er geen'),
            periods_compared.compared_period, coalesce(earlier.quarters, 'er geen')
        ) as quarters
    from periods_compared
    cross join (select distinct scope from listed) as scopes
    left join delivered as later on periods_compared.period = later.period and scopes.scope = later.scope
    left join delivered as earlier on periods_compared.compared_period = earlier.period and scopes.scope = earlier.scope
)

select
    * exclude (quarters),
    case when not is_comparable then 'niet dezelfde kwartalen: ' || quarters end as not_comparable_reason
from compared
