{#- the headline is unknown where nobody registered paid work, whoever else counts for it -#}
{%- set is_registered = "not ends_with(measure, '_all_trajectories') or trajectory not in ('jobcoaching', 'uwv_naar_werk')" %}
with

parts as (select * from {{ ref('int_parts_compared') }})

-- an unknown part counts as 0
select
    comparison,
    period,
    {{ level() }},
    measure,
    {%- for side in ['value', 'compared_value'] %}
    case when bool_or({{ is_registered }}) filter (where is_like_for_like)
            then {{ total_estimate('case when is_like_for_like then ' ~ side ~ ' end') }}
    end as like_for_like_{{ side }},
    {%- endfor %}
    count(distinct (organisation_id, trajectory)) filter (where is_like_for_like) as pairs, -- noqa: ST08
    {%- for presence in ['present_in_both', 'newly_known', 'no_longer_known'] %}
    coalesce(
        {{ total_estimate("case when presence = '" ~ presence ~ "' then coalesce(value, 0) - coalesce(compared_value, 0) end") }}, 0
    ) as change_{{ presence }}{{ ',' if not loop.last }}
    {%- endfor %}
from parts
group by comparison, period, measure, {{ levels() }}
