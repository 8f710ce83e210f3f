{#- Quarters as whole numbers, so that the preceding quarter is one less: 2024-Q1 is 8096. -#}
{% macro quarter_index(quarter) -%}
    (cast(substr({{ quarter }}, 1, 4) as integer) * 4 + cast(substr({{ quarter }}, 7, 1) as integer) - 1)
{%- endmacro %}

{#- True where the quarter lies in a span whose open ends are NULL. Quarters sort as text. -#}
{% macro within(quarter, valid_from, valid_to) -%}
    {{ quarter }} >= coalesce({{ valid_from }}, {{ quarter }}) and {{ quarter }} <= coalesce({{ valid_to }}, {{ quarter }})
{%- endmacro %}
