with

periods as (select * from {{ ref('int_periods_unpivoted') }}),

periods_compared as (select * from {{ ref('int_periods_compared') }}),

periods_comparable as (select * from {{ ref('int_periods_comparable') }}),

known as (select * from {{ ref('int_measures_known') }}),

-- in which quarters of each period, numbered from 0, a pair knows the measure
quarters_known as (
    select
        periods.period,
        periods.period_type,
        periods.quarter_index % 4 + 1 - quarter(periods.period_start) as place,
        known.*
    from known
    inner join periods using (quarter)
),

-- the clients of a half-year or year count those who started too
terms_known as (
    select * from quarters_known
    union all
    select * replace ('clients_active' as known_as) from quarters_known where period_type <> 'quarter' and known_as = 'clients_started'
),

by_pair as (
    select period, organisation_id, trajectory, known_as, list(place order by place) as places
    from terms_known
    group by all
),

by_anyone as (
    select period, trajectory, known_as, list(distinct place order by place) as places
    from terms_known
    group by all
),

-- but are there once their group was delivered
pairs as (
    select distinct period, organisation_id, trajectory, known_as from quarters_known
    union all
    select distinct period, organisation_id, trajectory, 'clients_active' from quarters_known where period_type <> 'quarter' and known_as = 'clients'
),

sides as (
    select
        periods_compared.comparison,
        periods_compared.period,
        periods_compared.sign,
        pairs.* exclude (period),
        by_anyone.places,
        coalesce(by_pair.places = by_anyone.places, false) as is_whole
    from periods_compared
    inner join pairs on periods_compared.measured_period = pairs.period
    left join by_pair
        on pairs.period = by_pair.period
        and pairs.organisation_id = by_pair.organisation_id
        and pairs.trajectory = by_pair.trajectory
        and pairs.known_as = by_pair.known_as
    left join by_anyone
        on pairs.period = by_anyone.period
        and pairs.trajectory = by_anyone.trajectory
        and pairs.known_as = by_anyone.known_as
),

compared as (
    select
        comparison,
        period,
        organisation_id,
        trajectory,
        known_as,
        case
            when count(*) = 2 then 'present_in_both'
            when max(sign) = 1 then 'newly_known'
            else 'no_longer_known'
        end as presence,
        count(*) = 2 and bool_and(is_whole) and count(distinct places) = 1 as is_known_alike
    from sides
    group by all
)

select
    compared.* exclude (is_known_alike),
    is_known_alike and is_comparable as is_like_for_like
from compared
inner join periods_comparable using (comparison, period, trajectory)
