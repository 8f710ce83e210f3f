{#- Quarters as whole numbers, so that the preceding quarter is one less: 2024-Q1 is 8096. -#}
{% macro quarter_index(quarter) -%}
    (cast(substr({{ quarter }}, 1, 4) as integer) * 4 + cast(substr({{ quarter }}, 7, 1) as integer) - 1)
{%- endmacro %}

{#- The periods of a type, each with its first day; `per` names what else to tell apart, the quarters of it. -#}
{% macro periods_of(period_type, per='') -%}
    select distinct period, period_start{{ ', ' ~ per if per }}
    from {{ ref('int_periods_unpivoted') }}
    where period_type = '{{ period_type }}'
{%- endmacro %}

{#- A model of quarters and one of half-years and years, together by `period`. -#}
{% macro of_any_period(quarterly, rolled_up) -%}
    select quarter as period, * exclude (quarter) from {{ quarterly }}
    union all by name
    select * exclude (period_type) from {{ rolled_up }}
{%- endmacro %}

{#- True where the quarter lies in a span whose open ends are NULL. Quarters sort as text. -#}
{% macro within(quarter, valid_from, valid_to) -%}
    {{ quarter }} >= coalesce({{ valid_from }}, {{ quarter }}) and {{ quarter }} <= coalesce({{ valid_to }}, {{ quarter }})
{%- endmacro %}
