with

periods as (select * from {{ ref('int_periods_unpivoted') }}),

periods_compared as (select * from {{ ref('int_periods_compared') }}),

groups_delivered as (select * from {{ ref('int_groups_delivered') }} where measure_group = 'core'),

-- which quarters of each period, numbered from 0
quarters_delivered as (
    select distinct
        organisation_id,
        trajectory,
        period,
        periods.quarter_index % 4 + 1 - quarter(period_start) as place
    from groups_delivered
    inner join periods using (quarter)
),

by_pair as (
    select organisation_id, trajectory, period, list(place order by place) as places
    from quarters_delivered
    group by all
),

by_anyone as (
    select trajectory, period, list(distinct place order by place) as places
    from quarters_delivered
    group by all
),

sides as (
    select
        periods_compared.comparison,
        periods_compared.period,
        periods_compared.sign,
        by_pair.organisation_id,
        by_pair.trajectory,
        by_pair.places = by_anyone.places as delivered_whole,
        by_anyone.places
    from periods_compared
    inner join by_pair on periods_compared.measured_period = by_pair.period
    inner join by_anyone on by_pair.period = by_anyone.period and by_pair.trajectory = by_anyone.trajectory
)

select
    comparison,
    period,
    organisation_id,
    trajectory,
    case
        when count(*) = 2 then 'present_in_both'
        when max(sign) = 1 then 'newly_delivering'
        else 'no_longer_delivering'
    end as presence,
    count(*) = 2 and bool_and(delivered_whole) and count(distinct places) = 1 as is_like_for_like
from sides
group by all
