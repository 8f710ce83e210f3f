{#- Indicators as rows for `values`: measure, numerator, denominator, the denominator's expression and its own. -#}
{% macro as_values(indicators) -%}
    {%- for indicator in indicators %}
        (
            '{{ indicator.measure }}',
            {{ "'" ~ indicator.numerator ~ "'" if indicator.numerator else 'null' }},
            {{ "'" ~ indicator.denominator ~ "'" if indicator.denominator else 'null' }},
            {{ "'" ~ indicator.denominator_expression ~ "'" if indicator.denominator else 'null' }},
            '{{ indicator.expression.split() | join(' ') | replace("'", "''") }}'
        ){{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
