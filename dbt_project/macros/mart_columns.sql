{#- The measures of every quarterly mart, in the order of CONTRACT § 5; reads rows of int_contributions_quarterly. -#}
{% macro quarterly_measures() -%}
    {{ total('clients_active') }} as clients_active,
    {{ total('clients_started') }} as clients_started,
    {{ total('clients_ended') }} as clients_ended,
    {{ total('clients_lost') }} as clients_lost,
    {{ total('clients_left_uncounted') }} as clients_left_uncounted,
    {{ total('ended_with_result') }} as ended_with_result,
    {{ total('ended_without_result') }} as ended_without_result,
    {{ percentage('ended_with_result', 'clients_ended') }} as pct_ended_with_result,
    {{ total('paid_work') }} as paid_work,
    {{ percentage('paid_work', 'clients_active') }} as pct_paid_work,
    {{ total('durable_paid_work') }} as durable_paid_work,
    {{ percentage('durable_paid_work', 'clients_active') }} as pct_durable_paid_work,
    {{ percentage('durable_paid_work', 'paid_work') }} as pct_durable_of_paid_work,
    {{ total('ever_paid_work') }} as ever_paid_work,
    {{ percentage('ever_paid_work', 'clients_active') }} as pct_ever_paid_work,
    {{ total('started_paid_work') }} as started_paid_work,
    {{ total('stopped_paid_work') }} as stopped_paid_work,
    {{ total('in_education') }} as in_education,
    {{ total('started_education') }} as started_education,
    {{ total('stopped_education') }} as stopped_education,
    {%- for measure in averaged_measures() %}
    {{ total(measure) }} as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The measures of every half-yearly and annual mart, in the same order; reads int_contributions_rolled_up. -#}
{% macro period_measures() -%}
    {{ total('clients_active') }} as clients_active,
    {{ total('clients_started') }} as clients_started,
    {{ total('clients_ended') }} as clients_ended,
    {{ total('clients_lost') }} as clients_lost,
    {{ total('clients_left_uncounted') }} as clients_left_uncounted,
    {{ total('ended_with_result') }} as ended_with_result,
    {{ total('ended_without_result') }} as ended_without_result,
    {{ percentage('ended_with_result', 'clients_ended') }} as pct_ended_with_result,
    {{ total('paid_work') }} as paid_work,
    {{ percentage('paid_work', 'clients_active') }} as pct_paid_work,
    {{ total_estimate('durable_paid_work') }} as durable_paid_work,
    {{ percentage('durable_paid_work', 'paid_work', total_estimate) }} as pct_durable_of_paid_work,
    {{ total('in_education') }} as in_education,
    {{ percentage('in_education', 'clients_active') }} as pct_in_education,
    {{ total('started_paid_work') }} as started_paid_work,
    {{ total('stopped_paid_work') }} as stopped_paid_work,
    {{ total('started_education') }} as started_education,
    {{ total('stopped_education') }} as stopped_education,
    {%- for measure in averaged_measures() %}
    {{ total_estimate(measure) }} as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Organisations with at least one cell there, zeros included (printed as "aanbieders"). -#}
{% macro organisations() -%}
    count(distinct organisation_id) filter (where has_cells)
{%- endmacro %}

{#- False for a row without organisations whose every other measure is 0 or unknown: it is not published (METHOD, grain). -#}
{% macro worth_a_row(counts) -%}
    {{ organisations() }} > 0
    {%- for count in counts %}
    or coalesce(sum({{ count }}), 0) <> 0
    {%- endfor %}
{%- endmacro %}

{#-
    The headline "all trajectories" of the quarterly report (METHOD, half-year and year, last paragraph): what one part
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

{% macro headline(registered) -%}
    case when {{ total(registered) }} is not null then {{ total(headline_part(registered)) }} end
{%- endmacro %}

{#- The columns that only the nation has: national_quarterly's headline. -#}
{% macro headline_measures() -%}
    {{ headline('paid_work') }} as paid_work_headline,
    100.0 * {{ headline('paid_work') }} / nullif(sum(clients_active), 0) as pct_paid_work_headline,
    {{ headline('ever_paid_work') }} as ever_paid_work_headline
{%- endmacro %}
