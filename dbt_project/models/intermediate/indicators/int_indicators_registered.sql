with

indicators as (select * from {{ ref('stg_reference__indicators') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

registered as (
    select
        measure as indicator,
        unnest(string_split(registered_as, ';')) as measure
    from indicators
),

-- per registered measure, the trajectories that have it and since when
first_asked as (
    select
        registered.indicator,
        registered.measure,
        dictionary.trajectory,
        min(greatest(dictionary.valid_from, trajectories.registered_from)) as asked_from
    from registered
    inner join dictionary using (measure)
    inner join trajectories using (trajectory)
    group by all
)

-- known once everything that it is made from is asked for
select
    indicator as measure,
    string_agg(distinct trajectory, ', ' order by trajectory) as trajectories,
    max(asked_from) as valid_from
from (
    select
        indicator,
        trajectory,
        min(asked_from) over (partition by indicator, measure) as asked_from
    from first_asked
)
group by indicator
