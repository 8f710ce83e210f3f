{#-
    How a measure becomes a column of the marts: the kinds of indicator that macros/measures.sql lists, and what each mart adds
    to them.
-#}
{% macro counted(measure) -%}
    {{ return({'measure': measure, 'expression': total(measure)}) }}
{%- endmacro %}

{% macro estimated(measure) -%}
    {{ return({'measure': measure, 'expression': total_estimate(measure)}) }}
{%- endmacro %}

{% macro share(measure, numerator, denominator, add=total) -%}
    {{ return({
        'measure': measure,
        'numerator': numerator,
        'denominator': denominator,
        'numerator_expression': add(numerator),
        'denominator_expression': where_known(denominator, numerator),
        'expression': percentage(numerator, denominator, add),
    }) }}
{%- endmacro %}

{% macro headline_share(measure, registered) -%}
    {{ return({
        'measure': measure,
        'numerator': registered ~ '_all_trajectories',
        'denominator': 'clients_active',
        'numerator_expression': headline(registered),
        'denominator_expression': headline_base(registered),
        'expression': '100.0 * ' ~ headline(registered) ~ ' / nullif(' ~ headline_base(registered) ~ ', 0)',
    }) }}
{%- endmacro %}

{#- Indicators as columns of a select. -#}
{% macro columns_of(indicators) -%}
    {%- for indicator in indicators %}
    {{ indicator.expression }} as {{ indicator.measure }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro quarterly_measures() -%}
    {{ columns_of(quarterly_indicators()) }}
{%- endmacro %}

{% macro period_measures() -%}
    {{ columns_of(period_indicators()) }}
{%- endmacro %}

{#- Organisations with at least one cell there, zeros included (printed as "aanbieders"). -#}
{% macro organisations() -%}
    count(distinct organisation_id) filter (where has_cells)
{%- endmacro %}

{#- False for a row without organisations whose every other measure is 0 or unknown: it is not published (METHOD, grain and vocabulary). -#}
{% macro worth_a_row(counts) -%}
    {{ organisations() }} > 0
    {%- for count in counts %}
    or coalesce(sum({{ count }}), 0) <> 0
    {%- endfor %}
{%- endmacro %}

{#-
    The headline "all trajectories" of the quarterly report (METHOD, quarterly measures): what one part
    (organisation × region × trajectory) adds to it, being registered (ever) paid work, all jobcoaching clients, and the
    uwv_naar_werk clients ended with result; their total, NULL where the registered part is; and the clients that it is a
    share of, those of uwv_werkfit too, but not of a part whose own share of it is unknown.
-#}
{% macro headline_part(registered) -%}
    case trajectory
            when 'jobcoaching' then clients_active
            when 'uwv_naar_werk' then ended_with_result
            else {{ registered }}
        end
{%- endmacro %}

{% macro headline(registered) -%}
    case when {{ total(registered) }} is not null then {{ total(headline_part(registered)) }} end
{%- endmacro %}

{% macro headline_base(registered) -%}
    sum(clients_active) filter (where trajectory = 'uwv_werkfit' or {{ headline_part(registered) }} is not null)
{%- endmacro %}

{% macro headline_measures() -%}
    {{ columns_of(headline_indicators()) }}
{%- endmacro %}
