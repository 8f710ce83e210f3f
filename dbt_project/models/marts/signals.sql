with

judged as (select * from {{ ref('int_series_judged') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

scopes as (select distinct scope, scope_name, is_total from {{ ref('int_scopes_listed') }})

select
    judged.period,
    judged.period_start,
    {{ figure_level() }} as level,
    nullif(region_code, 'all') as region_code,
    regions.region_name,
    scope as trajectory,
    scopes.scope_name as trajectory_name,
    scopes.is_total,
    judged.measure,
    nullif(judged.breakdown, '') as breakdown,
    nullif(judged.category, '') as category,
    judged.unit,
    judged.reading,
    judged.score,
    cast(judged.value as double) as value,
    cast(judged.compared_value as double) as compared_value,
    judged.change,
    judged.like_for_like_change,
    cast(judged.run_quarters as bigint) as run_quarters,
    judged.is_largest,
    judged.size,
    judged.coverage_pct
from judged
inner join scopes using (scope)
left join regions using (region_code)
