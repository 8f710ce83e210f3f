{#-
    The quarterly measures that are read straight from the cells: column, measure of the data dictionary, and which of
    its cells count (METHOD, quarterly measures). To add a measure, start here: see CONTRIBUTING.
-#}
{% macro cell_measures() -%}
    {{ return([
        {'column': 'clients_active', 'measure': 'clients', 'cells': "breakdown = 'funding'"},
        {'column': 'clients_ended', 'measure': 'ended', 'cells': "breakdown in ('work', 'result')"},
        {'column': 'ended_with_result', 'measure': 'ended', 'cells':
            "category in ('paid_work_at_end', 'paid_work_before_end', 'with_result')"},
        {'column': 'paid_work', 'measure': 'paid_work', 'cells': "breakdown = 'funding'"},
        {'column': 'durable_paid_work', 'measure': 'durable_paid_work', 'cells': "breakdown = 'funding'"},
        {'column': 'ever_paid_work', 'measure': 'ever_paid_work', 'cells': "breakdown = 'funding'"},
        {'column': 'started_paid_work', 'measure': 'started_paid_work', 'cells': "breakdown = 'total'"},
        {'column': 'stopped_paid_work', 'measure': 'stopped_paid_work', 'cells': "breakdown = 'total'"},
        {'column': 'in_education', 'measure': 'education', 'cells': "category = 'following'"},
        {'column': 'started_education', 'measure': 'education', 'cells': "category = 'started'"},
        {'column': 'stopped_education', 'measure': 'education', 'cells': "category = 'stopped'"},
        {'column': 'unpaid_day_activity', 'measure': 'unpaid_work', 'cells': "category = 'day_activity'"},
        {'column': 'unpaid_volunteer_or_work_experience', 'measure': 'unpaid_work',
            'cells': "category = 'volunteer_or_work_experience'"},
        {'column': 'unpaid_trial_placement', 'measure': 'unpaid_work', 'cells': "category = 'trial_placement'"},
    ]) }}
{%- endmacro %}

{#- The stocks that follow the stock-flow formula over a half-year or a year (METHOD, half-year and year). -#}
{% macro stocks() -%}
    {{ return(['clients_active', 'paid_work', 'durable_paid_work', 'in_education']) }}
{%- endmacro %}

{#- The flows that a half-year or a year adds up over its quarters. -#}
{% macro summed_flows() -%}
    {{ return([
        'clients_started', 'clients_ended', 'ended_with_result', 'ended_without_result',
        'started_paid_work', 'stopped_paid_work', 'started_education', 'stopped_education',
    ]) }}
{%- endmacro %}

{#- The measures of which a half-year or a year takes the mean over its quarters. -#}
{% macro averaged_measures() -%}
    {{ return(['unpaid_day_activity', 'unpaid_volunteer_or_work_experience', 'unpaid_trial_placement']) }}
{%- endmacro %}

{#- Every count of the quarterly contributions: what a quarterly mart adds up. -#}
{% macro quarterly_counts() -%}
    {%- set counts = ['clients_started', 'clients_lost', 'clients_left_uncounted', 'ended_without_result'] -%}
    {{ return(counts + cell_measures() | map(attribute='column') | list) }}
{%- endmacro %}

{#- Every measure of the half-yearly and annual contributions. -#}
{% macro period_counts() -%}
    {{ return(stocks() + ['clients_lost', 'clients_left_uncounted'] + summed_flows() + averaged_measures()) }}
{%- endmacro %}

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

{#- What only all trajectories together have, quarterly: paid work as the report's headline counts it. -#}
{% macro headline_indicators() -%}
    {{ return([
        {'measure': 'paid_work_all_trajectories', 'expression': headline('paid_work')},
        headline_share('pct_paid_work_all_trajectories', 'paid_work'),
        {'measure': 'ever_paid_work_all_trajectories', 'expression': headline('ever_paid_work')},
        headline_share('pct_ever_paid_work_all_trajectories', 'ever_paid_work'),
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

{#- The percentages that `figures` has beside those of the wide marts (METHOD, what a figure rests on). -#}
{% macro further_quarterly_indicators() -%}
    {{ return([
        share('pct_ended_without_result', 'ended_without_result', 'clients_ended'),
        share('pct_ended_of_active', 'clients_ended', 'clients_active'),
        share('pct_in_education', 'in_education', 'clients_active'),
        share('pct_unpaid_day_activity', 'unpaid_day_activity', 'clients_active'),
        share('pct_unpaid_volunteer_or_work_experience', 'unpaid_volunteer_or_work_experience', 'clients_active'),
        share('pct_unpaid_trial_placement', 'unpaid_trial_placement', 'clients_active'),
        share('pct_started_paid_work', 'started_paid_work', 'clients_active - paid_work'),
        share('pct_stopped_paid_work', 'stopped_paid_work', 'paid_work'),
    ]) }}
{%- endmacro %}

{% macro further_period_indicators() -%}
    {{ return([
        share('pct_ended_without_result', 'ended_without_result', 'clients_ended'),
        share('pct_ended_of_active', 'clients_ended', 'clients_active'),
    ]) }}
{%- endmacro %}
