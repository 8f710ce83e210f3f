{#- What is watched for signals: counts and shares that a reader of the report would be told about. -#}
{% macro watched_measures() -%}
    {{ return([
        'clients_active', 'clients_started', 'clients_ended', 'pct_ended_with_result', 'paid_work', 'pct_paid_work',
        'pct_durable_of_paid_work', 'in_education',
        'unpaid_day_activity', 'unpaid_volunteer_or_work_experience', 'unpaid_trial_placement',
    ]) }}
{%- endmacro %}

{#-
    How far a number lies from its own history, in robust standard deviations: its distance to the median of the quarters
    before it, over 1.4826 times their median absolute deviation, or over a fiftieth of the series' own median where that is
    more, so that a series that never moved does not call every client a break. Unknown with fewer than `signal_history`
    quarters before.
-#}
{% macro robust_distance(number) -%}
    case when count({{ number }}) over history >= {{ var('signal_history', 4) }} then
            ({{ number }} - median({{ number }}) over history)
            / nullif(greatest(1.4826 * mad({{ number }}) over history, abs(median(value) over history) / 50), 0)
        end
{%- endmacro %}
