{#-
    The measures of the marts in the order of CONTRACT § 5, each as the expression over the contributions (the parts:
    organisation × region × trajectory) behind a mart row. The marts select these, `dim_indicators` shows them and
    `werkmonitor explain` evaluates them, so a measure is written once.
-#}
{% macro quarterly_indicators() -%}
    {{ return([
        counted('clients_active'),
        counted('clients_started'),
        counted('clients_ended'),
        counted('clients_lost'),
        counted('clients_left_uncounted'),
        counted('ended_with_result'),
        counted('ended_without_result'),
        share('pct_ended_with_result', 'ended_with_result', 'clients_ended'),
        counted('paid_work'),
        share('pct_paid_work', 'paid_work', 'clients_active'),
        counted('durable_paid_work'),
        share('pct_durable_paid_work', 'durable_paid_work', 'clients_active'),
        share('pct_durable_of_paid_work', 'durable_paid_work', 'paid_work'),
        counted('ever_paid_work'),
        share('pct_ever_paid_work', 'ever_paid_work', 'clients_active'),
        counted('started_paid_work'),
        counted('stopped_paid_work'),
        counted('in_education'),
        counted('started_education'),
        counted('stopped_education'),
        counted('unpaid_day_activity'),
        counted('unpaid_volunteer_or_work_experience'),
        counted('unpaid_trial_placement'),
    ]) }}
{%- endmacro %}

{#- What only the nation has, quarterly: paid work as the report's headline counts it. -#}
{% macro headline_indicators() -%}
    {{ return([
        {'measure': 'paid_work_headline', 'expression': headline('paid_work')},
        {
            'measure': 'pct_paid_work_headline',
            'numerator': 'paid_work_headline',
            'denominator': 'clients_active',
            'denominator_expression': 'sum(clients_active)',
            'expression': '100.0 * ' ~ headline('paid_work') ~ ' / nullif(sum(clients_active), 0)',
        },
        {'measure': 'ever_paid_work_headline', 'expression': headline('ever_paid_work')},
    ]) }}
{%- endmacro %}

{% macro period_indicators() -%}
    {{ return([
        counted('clients_active'),
        counted('clients_started'),
        counted('clients_ended'),
        counted('clients_lost'),
        counted('clients_left_uncounted'),
        counted('ended_with_result'),
        counted('ended_without_result'),
        share('pct_ended_with_result', 'ended_with_result', 'clients_ended'),
        counted('paid_work'),
        share('pct_paid_work', 'paid_work', 'clients_active'),
        estimated('durable_paid_work'),
        share('pct_durable_of_paid_work', 'durable_paid_work', 'paid_work', total_estimate),
        counted('in_education'),
        share('pct_in_education', 'in_education', 'clients_active'),
        counted('started_paid_work'),
        counted('stopped_paid_work'),
        counted('started_education'),
        counted('stopped_education'),
        estimated('unpaid_day_activity'),
        estimated('unpaid_volunteer_or_work_experience'),
        estimated('unpaid_trial_placement'),
    ]) }}
{%- endmacro %}

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
        'denominator_expression': where_known(denominator, numerator),
        'expression': percentage(numerator, denominator, add),
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
    uwv_naar_werk clients ended with result; and their total, NULL where the registered part is.
-#}
{% macro headline_part(registered) -%}
    case trajectory
            when 'jobcoaching' then clients_active
            when 'uwv_naar_werk' then ended_with_result
            else {{ registered }}
        end
{%- endmacro %}

{% macro headline_total(registered) -%}
    {{ total(headline_part(registered)) }}
{%- endmacro %}

{% macro headline(registered) -%}
    case when {{ total(registered) }} is not null then {{ headline_total(registered) }} end
{%- endmacro %}

{% macro headline_measures() -%}
    {{ columns_of(headline_indicators()) }}
{%- endmacro %}
