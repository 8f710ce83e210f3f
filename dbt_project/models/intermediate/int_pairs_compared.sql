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

-- the same quarters of both half-years or years; of a quarter there is one
comparable as (
    select
        comparison,
        periods_compared.period,
        trajectory,
        period_type = 'quarter' or (count(*) = 2 and count(distinct places) = 1) as is_comparable
    from periods_compared
    inner join by_anyone on by_anyone.period = periods_compared.measured_period
    group by comparison, periods_compared.period, period_type, trajectory
),

sides as (
    select
        periods_compared.comparison,
        periods_compared.period,
        periods_compared.sign,
        by_pair.organisation_id,
        by_pair.trajectory,
        by_pair.places = by_anyone.places as is_whole
    from periods_compared
    inner join by_pair on by_pair.period = periods_compared.measured_period
    inner join by_anyone on by_anyone.period = by_pair.period and by_anyone.trajectory = by_pair.trajectory
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
    is_comparable,
    is_comparable and count(*) = 2 and bool_and(is_whole) as is_like_for_like
from sides
inner join comparable using (comparison, period, trajectory)
group by comparison, period, organisation_id, trajectory, is_comparable
