{#- Indicators as rows for `values`: measure, numerator, denominator, the denominator's expression and its own. -#}
{% macro as_values(indicators) -%}
    {%- for indicator in indicators %}
        (
            '{{ indicator.measure }}',
            {{ "'" ~ indicator.numerator ~ "'" if indicator.numerator else 'null' }},
            {{ "'" ~ indicator.denominator ~ "'" if indicator.denominator else 'null' }},
            {{ in_quotes(indicator.denominator_expression) if indicator.denominator else 'null' }},
            {{ in_quotes(indicator.expression) }}
        ){{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- An expression as a text, on one line. -#}
{% macro in_quotes(expression) -%}
    '{{ expression.split() | join(' ') | replace("'", "''") }}'
{%- endmacro %}
