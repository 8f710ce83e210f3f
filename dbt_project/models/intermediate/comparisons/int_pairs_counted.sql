with

periods_compared as (select * from {{ ref('int_periods_compared') }}),

pairs_compared as (select * from {{ ref('int_pairs_compared') }} where is_like_for_like),

scopes as (select scope, trajectory from {{ ref('int_scopes_listed') }}),

-- a category is counted over the pairs that know its breakdown, also where they lack the category
parts as (
    select distinct period, organisation_id, region_code, trajectory, known_as, breakdown
    from {{ ref('int_parts_measured') }}
),

by_trajectory as (
    select
        comparison,
        pairs_compared.period,
        trajectory,
        known_as,
        breakdown,
        coalesce(region_code, 'all') as region_code,
        count(distinct organisation_id) as pairs
    from pairs_compared
    inner join periods_compared using (comparison, period)
    inner join parts using (organisation_id, trajectory, known_as)
    where parts.period = periods_compared.measured_period
    group by comparison, pairs_compared.period, trajectory, known_as, breakdown, rollup (region_code)
)

-- paid work of all trajectories is unknown where nobody registered paid work, whoever else counts for it
select
    comparison,
    period,
    scope as trajectory,
    region_code,
    known_as,
    breakdown,
    {{ pairs_number() }} as of_whom,
    cast(sum(pairs) as bigint) as pairs,
    bool_or(not ends_with(known_as, '_all_trajectories') or trajectory not in ('jobcoaching', 'uwv_naar_werk')) as is_registered
from by_trajectory
inner join scopes using (trajectory)
group by comparison, period, scope, region_code, known_as, breakdown
