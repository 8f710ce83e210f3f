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

{#-
    Every count of the compared contributions, added up per level beside the `keys`; `headline_of` is how the headline is
    added up: `headline` itself, or `headline_total` where an unknown part counts as 0.
-#}
{% macro counts_per_level(keys, headline_of) -%}
    select
        {{ keys | join(', ') }},
        {{ level() }},
        {%- for count in quarterly_counts() %}
        {{ total_of(count) }} as {{ count }},
        {%- endfor %}
        {{ headline_of('paid_work') }} as paid_work_headline,
        {{ headline_of('ever_paid_work') }} as ever_paid_work_headline
    from contributions
    group by {{ keys | join(', ') }}, {{ levels() }}
{%- endmacro %}

{#- A count of the contributions of quarters, half-years and years alike, added up: what may be an estimate as one. -#}
{% macro total_of(count) -%}
    {{ total_estimate(count) if count in ['durable_paid_work'] + averaged_measures() else total(count) }}
{%- endmacro %}

{#- A number on the two sides of a comparison, the period itself and the one it is compared with, next to each other. -#}
{% macro both_sides(number, prefix='') -%}
    max({{ number }}) filter (where sign = 1) as {{ prefix }}value,
    max({{ number }}) filter (where sign = -1) as {{ prefix }}compared_value
{%- endmacro %}
