with

rankings as (select * from {{ ref('int_regions_ranked') }}),

-- what the annual report prints without a year is the mean of two: of regions with enough clients in both years together
two_years as (
    select
        earlier.period || '-' || later.period as period,
        ranking,
        region_code,
        (earlier.value + later.value) / 2 as value,
        earlier.denominator + later.denominator >= earlier.ranking_minimum as is_ranked
    from rankings as earlier
    inner join rankings as later using (ranking, region_code)
    where
        cast(later.period as integer) = cast(earlier.period as integer) + 1
        and ranking in ('highest_pct_ended_with_result', 'lowest_pct_ended_with_result')
        and earlier.value is not null
        and later.value is not null
)

select period, ranking, region_code, rank as value
from rankings
where rank is not null
union all
select
    period,
    ranking,
    region_code,
    rank() over (partition by period, ranking order by case when starts_with(ranking, 'lowest') then value else -value end)
from two_years
where is_ranked
union all
select period, 'regions_above_half', null, count(*) filter (where value > 50)
from two_years
where starts_with(ranking, 'highest')
group by all
