with

register as (select * from {{ ref('int_figures_parsed') }}),

series_listed as (select * from {{ ref('int_series_listed') }} where organisation_id = 'all'),

measured as (select * from {{ ref('int_figures_measured') }} where is_published),

figures as (
    select
        measured.*,
        series_listed.* exclude (series)
    from measured
    inner join series_listed using (series)
),

regions as (select * from {{ ref('stg_reference__regions') }}),

asked as (select distinct unnest([first_period, last_period, compared_period]) as period, scope from register),

named as (
    select
        period,
        case when figures.region_code = 'all' then 'national' else 'region' end as level,
        nullif(figures.region_code, 'all') as region_code,
        scope,
        figures.measure,
        nullif(figures.breakdown, '') as breakdown,
        nullif(figures.category, '') as category,
        figures.value,
        figures.numerator,
        figures.denominator,
        figures.status,
        concat_ws(
            '/', period, level, coalesce(nullif(figures.region_code, 'all'), '-'), '-', scope, figures.measure,
            coalesce(nullif(figures.breakdown, ''), '-'), coalesce(nullif(figures.category, ''), '-')
        ) as figure_key
    from figures
    inner join asked using (period, scope)
),

-- what a report says of the regions together, and no row of the mart does
of_regions as (
    select period, 'smallest_region' as level, scope, measure, min(value) as value
    from named
    where level = 'region' and breakdown is null and value is not null
    group by all
    union all
    select period, 'national' as level, scope, 'regions' as measure, count(*) filter (where value > 0) as value
    from named
    where level = 'region' and measure = 'organisations'
    group by all
    union all
    select asked.period, 'national' as level, asked.scope, 'regions_listed' as measure, count(distinct region_code) as value
    from asked
    cross join regions
    where asked.period is not null
    group by all
)

select
    figure_key,
    period,
    level,
    region_code,
    scope,
    measure,
    breakdown,
    category,
    value,
    numerator,
    denominator,
    status
from named
union all
select
    null as figure_key,
    period,
    level,
    null as region_code,
    scope,
    measure,
    null as breakdown,
    null as category,
    value,
    null as numerator,
    null as denominator,
    'known' as status
from of_regions
