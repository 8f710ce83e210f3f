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

{#- Columns to rows: one for each measure of each row of `relation`, beside its `keys`; unknown ones too if asked. -#}
{% macro unpivoted(relation, keys, include_unknown=false) -%}
    select {{ keys | join(', ') }}, measure, cast(value as double) as value
    from {{ relation }}
    unpivot {{ 'include' if include_unknown else 'exclude' }} nulls (value for measure in (columns(* exclude ({{ keys | join(', ') }}))))
{%- endmacro %}
