{%- set counts = (quarterly_counts() + period_counts()) | unique | list -%}
with

figures as (select * from {{ ref('int_figures_parsed') }}),

scopes as (select scope, trajectory from {{ ref('int_scopes_listed') }}),

quarterly as (select * from {{ ref('int_contributions_quarterly') }}),

rolled_up as (select * from {{ ref('int_contributions_rolled_up') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

named as (
    select scope, level, unnest([first_period, last_period, compared_period]) as period from figures
),

-- what the register names; a share of all trajectories needs those too
asked as (
    select period, scope, bool_or(level <> 'national') as is_by_region
    from (select * from named union all select 'all', 'national', period from named)
    where period is not null
    group by all
),

contributions as (
    {{ of_any_period('quarterly', 'rolled_up') }}
),

in_scope as (
    select scope, contributions.*
    from contributions
    inner join scopes using (trajectory)
    where (period, scope) in (select period, scope from asked)
),

-- an unknown count has no row: neither it nor its clients are added up
unpivoted as (
    unpivot (
        select
            scope,
            period,
            organisation_id,
            region_code,
            trajectory,
            clients_active as clients,
            {%- for count in counts %}
            cast({{ count }} as double) as {{ count }}{{ ',' if not loop.last }}
            {%- endfor %}
        from in_scope
    ) on {{ counts | join(', ') }} into name measure value part
),

added_up as (
    select
        period,
        case when grouping(region_code) = 1 then 'national' else 'region' end as level,
        region_code,
        scope,
        measure,
        {{ total_estimate('part') }} as value,
        cast(sum(clients) as double) as base
    from unpivoted
    group by grouping sets ((period, scope, measure), (period, scope, measure, region_code))
),

counted as (
    select
        period,
        case when grouping(region_code) = 1 then 'national' else 'region' end as level,
        region_code,
        scope,
        {{ organisations() }} as organisations,
        count(distinct region_code) filter (where has_cells) as regions
    from in_scope
    group by grouping sets ((period, scope), (period, scope, region_code))
),

headlines as (
    {%- for registered in ['paid_work', 'ever_paid_work'] %}
    select
        period,
        'national' as level,
        null as region_code,
        scope,
        '{{ registered }}_all_trajectories' as measure,
        {{ headline(registered) }} as value,
        {{ headline_base(registered) }} as base
    from in_scope
    where scope = 'all' and contains(period, 'Q')
    group by period, scope
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select * from added_up
    union all
    select period, 'smallest_region', null, scope, measure, min(value), null from added_up where level = 'region' group by all
    union all
    select period, level, region_code, scope, 'organisations', organisations, null from counted
    union all
    select period, level, region_code, scope, 'regions', regions, null from counted where level = 'national'
    union all
    select asked.period, 'national', null, 'all', 'regions_listed', count(distinct region_code), null from regions cross join asked group by all
    union all
    select * from headlines where value is not null
)

select *
from final
where level = 'national' or (period, scope) in (select period, scope from asked where is_by_region)
