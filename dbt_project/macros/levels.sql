{#- A level as the marts say it: what kind it is, NULL for the nation, and the names, of `regions` and `trajectories` beside it. -#}
{% macro named_level() -%}
    case when region_code = 'all' then 'national' else 'region' end as level,
    nullif(region_code, 'all') as region_code,
    regions.region_name,
    trajectory,
    coalesce(trajectories.trajectory_name, 'Alle trajecten') as trajectory_name
{%- endmacro %}

{#- Columns to rows: one for each measure of each row of `relation`, beside its `keys`; unknown ones have none. -#}
{% macro unpivoted(relation, keys) -%}
    select {{ keys | join(', ') }}, measure, cast(value as double) as value
    from {{ relation }}
    unpivot (value for measure in (columns(* exclude ({{ keys | join(', ') }}))))
{%- endmacro %}

{#- A number on the two sides of a comparison, the period itself and the one it is compared with, next to each other. -#}
{% macro both_sides(number, prefix='') -%}
    max({{ number }}) filter (where sign = 1) as {{ prefix }}value,
    max({{ number }}) filter (where sign = -1) as {{ prefix }}compared_value
{%- endmacro %}
