{#-
    The levels at which a change is looked at: the nation and each region, each for every trajectory and for all of them
    together. `level` are the columns that say which, `levels` what to group by; 'all' stands for all together.
-#}
{% macro level() -%}
    coalesce(region_code, 'all') as region_code,
        coalesce(trajectory, 'all') as trajectory
{%- endmacro %}

{% macro levels() -%}
    cube (region_code, trajectory)
{%- endmacro %}

{#- A level as the marts say it: what kind it is, NULL for the nation, and the names, of `regions` and `trajectories` beside it. -#}
{% macro named_level() -%}
    case when region_code = 'all' then 'national' else 'region' end as level,
    nullif(region_code, 'all') as region_code,
    regions.region_name,
    trajectory,
    coalesce(trajectories.trajectory_name, 'Alle trajecten') as trajectory_name
{%- endmacro %}

{#- Columns to rows: one for each measure of each row of `relation`, beside its `keys`; unknown ones too if asked. -#}
{% macro unpivoted(relation, keys, include_unknown=false) -%}
    select {{ keys | join(', ') }}, measure, cast(value as double) as value
    from {{ relation }}
    unpivot {{ 'include' if include_unknown else 'exclude' }} nulls (value for measure in (columns(* exclude ({{ keys | join(', ') }}))))
{%- endmacro %}

{#- A number on the two sides of a comparison, the period itself and the one it is compared with, next to each other. -#}
{% macro both_sides(number, prefix='') -%}
    max({{ number }}) filter (where sign = 1) as {{ prefix }}value,
    max({{ number }}) filter (where sign = -1) as {{ prefix }}compared_value
{%- endmacro %}
