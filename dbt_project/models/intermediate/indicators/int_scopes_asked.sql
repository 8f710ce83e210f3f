with

indicators as (select * from {{ ref('stg_reference__indicators') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

scopes as (select * from {{ ref('int_scopes_listed') }}),

registered as (
    select
        measure as indicator,
        unnest(string_split(registered_as, ';')) as measure,
        len(string_split(registered_as, ';')) as measures
    from indicators
    where registered_as is not null
),

-- from when a trajectory is asked for each of the measures that the indicator is made from
asked as (
    select
        registered.indicator,
        registered.measures,
        registered.measure,
        dictionary.trajectory,
        min(greatest(coalesce(dictionary.valid_from, ''), trajectories.registered_from)) as asked_from
    from registered
    inner join dictionary using (measure)
    inner join trajectories using (trajectory)
    group by all
),

-- it has the indicator once it is asked for all of them
complete as (
    select indicator, trajectory, max(asked_from) as asked_from
    from asked
    group by indicator, trajectory, measures
    having count(*) = measures
),

-- who delivers anything counts as an organisation
counted as (
    select * from complete
    union all
    select 'organisations' as indicator, trajectory, registered_from from trajectories
)

select
    scope,
    indicator as measure,
    min(asked_from) as asked_from
from counted
inner join scopes using (trajectory)
group by all
