{%- set key_columns = ['period', 'region_code', 'scope', 'measure'] -%}
{%- set change_columns = ['compared_period', 'compared_value', 'change', 'like_for_like_change', 'like_for_like_compared_value', 'not_comparable_reason'] -%}
with

claims as (select * from {{ ref('stg_reports__claims') }}),

series_listed as (select * from {{ ref('int_series_listed') }} where organisation_id = 'all'),

measured as (select * from {{ ref('int_figures_measured') }} where is_published),

changed as (select * from {{ ref('int_changes_measured') }}),

periods_compared as (select * from {{ ref('int_periods_compared') }} where sign = 1),

figures as (
    select
        measured.period,
        measured.value,
        series_listed.*
    from measured
    inner join series_listed using (series)
),

changes as (
    select
        changed.* exclude (series),
        periods_compared.compared_period,
        series_listed.* exclude (series)
    from changed
    inner join series_listed using (series)
    inner join periods_compared using (comparison, period)
),

quarters_covered as (
    select period, quarters from {{ ref('int_quarters_covered') }} where measure_group = 'core' and trajectory is null
),

-- groups are apart by " ; ", the keys of a group by a space
grouped as (
    select
        claim_id,
        predicate,
        unnest(string_split(keys, ' ; ')) as group_keys,
        generate_subscripts(string_split(keys, ' ; '), 1) as group_number
    from claims
    where keys is not null
),

keyed as (
    select
        claim_id,
        predicate,
        group_number,
        generate_subscripts(string_split(group_keys, ' '), 1) as place,
        unnest(string_split(group_keys, ' ')) as key,
        regexp_matches(key, '^(previous|same)_') as is_change,
        string_split(case when is_change then key else '/' || key end, '/') as parts
    from grouped
),

-- what a key names, as the models have it: comparison, period, level, region, organisation, scope, measure, breakdown, category
named as (
    select
        * exclude (parts),
        parts[1] as comparison,
        parts[2] as period,
        replace(parts[4], '-', 'all') as region_code,
        parts[6] as scope,
        parts[7] as measure,
        nullif(parts[8], '-') as breakdown,
        nullif(parts[9], '-') as category
    from keyed
),

beside as (
    select
        named.*,
        coalesce(figures.unit, changes.unit) as unit,
        coalesce(figures.value, changes.value) as value,
        {%- for column in change_columns %}
        changes.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from named
    left join figures
        on not named.is_change
        {%- for column in key_columns %}
        and named.{{ column }} = figures.{{ column }}
        {%- endfor %}
        and named.breakdown is not distinct from nullif(figures.breakdown, '')
        and named.category is not distinct from nullif(figures.category, '')
    left join changes
        on named.comparison = changes.comparison
        {%- for column in key_columns %}
        and named.{{ column }} = changes.{{ column }}
        {%- endfor %}
        and named.breakdown is not distinct from nullif(changes.breakdown, '')
        and named.category is not distinct from nullif(changes.category, '')
)

-- a change between other quarters is the difference of its values, and none like for like; of figures the distance to the first
select
    beside.* exclude (change),
    case when is_change then value - compared_value else value - first(value) over in_group end as change,
    case when is_change then compared_value else first(value) over in_group end as of_what,
    case
        when not_comparable_reason is not null or (is_change and unit <> 'percent' and like_for_like_change is null) then false
        when is_change and unit <> 'percent' then true
    end as is_like_for_like,
    coalesce(
        least(later.quarters, earlier.quarters) < case when beside.period like '%-H%' then 2 else 4 end, false
    ) as is_incomplete
from beside
left join quarters_covered as later on beside.period = later.period
left join quarters_covered as earlier on beside.compared_period = earlier.period
window in_group as (partition by claim_id, group_number order by place rows between unbounded preceding and unbounded following)
