{%- set figure_columns = ['scope', 'measure', 'breakdown', 'category', 'unit', 'value'] -%}
{%- set change_columns = ['compared_period', 'compared_value', 'change', 'like_for_like_change', 'like_for_like_compared_value', 'not_comparable_reason'] -%}
with

claims as (select * from {{ ref('stg_reports__claims') }}),

figures as (select * from {{ ref('int_figures_measured') }} where is_published),

changes as (select * rename (trajectory as scope) from {{ ref('int_changes_measured') }}),

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
        string_split(key, '/')[case when is_change then 2 else 1 end] as period
    from grouped
),

beside as (
    select
        keyed.*,
        {%- for column in figure_columns %}
        coalesce(figures.{{ column }}, changes.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for column in change_columns %}
        changes.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from keyed
    left join figures on not is_change and keyed.key = figures.period || '/' || figures.series
    left join changes on is_change and keyed.key = changes.comparison || '/' || changes.period || '/' || changes.series
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
