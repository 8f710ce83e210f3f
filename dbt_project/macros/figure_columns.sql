{#-
    What `figures` is made of: every measure of the wide marts, and the percentages beside them, each by the expression that
    the marts select (macros/measures.sql). `frequency`: quarterly or period.
-#}
{% macro figure_indicators(frequency) -%}
    {%- set organisations_there = [{'measure': 'organisations', 'expression': organisations()}] -%}
    {{ return(
        organisations_there + quarterly_indicators() + headline_indicators() + further_quarterly_indicators()
        if frequency == 'quarterly'
        else organisations_there + period_indicators() + further_period_indicators()
    ) }}
{%- endmacro %}

{#-
    The parts of `relation` (organisation × region × trajectory, each under every scope that it belongs to) added up per
    scope at each level: `figures` is a list of one value for each measure, with what it was divided from.
-#}
{% macro added_up(relation, frequency, counts) -%}
    select
        period,
        scope,
        coalesce(region_code, 'all') as region_code,
        coalesce(organisation_id, 'all') as organisation_id,
        {{ worth_a_row(counts) }} as is_worth_a_row,
        cast({{ total('clients_active') }} as double) as clients_active,
        [
            {%- for indicator in figure_indicators(frequency) %}
            {
                'measure': '{{ indicator.measure }}',
                'value': cast({{ indicator.expression }} as double),
                'numerator': cast({{ indicator.numerator_expression or 'null' }} as double),
                'denominator': cast({{ indicator.denominator_expression or 'null' }} as double)
            }{{ ',' if not loop.last }}
            {%- endfor %}
        ] as figures
    from {{ relation }}
    group by period, scope, cube (region_code, organisation_id)
    having organisation_id is null or not bool_or(is_group)
{%- endmacro %}

{#- The level of a figure, and its key as the marts write it: its columns joined by /, with - for what does not apply. -#}
{% macro figure_level() -%}
    case when organisation_id <> 'all' then 'organisation' when region_code <> 'all' then 'region' else 'national' end
{%- endmacro %}

{% macro figure_key(before) -%}
    concat_ws(
        '/', {% for part in before %}{{ part }}, {% endfor %}{{ figure_level() }}, case region_code when 'all' then '-' else region_code end,
        case organisation_id when 'all' then '-' else organisation_id end,
        scope, measure, coalesce(nullif(breakdown, ''), '-'), coalesce(nullif(category, ''), '-')
    )
{%- endmacro %}

{#- The measures that only all trajectories together have, in quotes. -#}
{% macro headline_names() -%}
    '{{ headline_indicators() | map(attribute='measure') | join("', '") }}'
{%- endmacro %}

{#-
    What a category is called where the marts have a name for its measure; over a half-year or year the categories of a stock
    are client-quarters (METHOD, half-year and year), save clients by funding, which are estimated.
-#}
{% macro named_measure(measure) -%}
    case {{ measure }} when 'clients' then 'clients_active' when 'ended' then 'clients_ended' else {{ measure }} end
{%- endmacro %}

{% macro is_stock_category() -%}
    (measure not in ('ended', 'unpaid_work') and breakdown <> 'total' and category not in ('started', 'stopped'))
{%- endmacro %}

{% macro counts_client_quarters(is_quarter) -%}
    (not ({{ is_quarter }}) and {{ is_stock_category() }} and not (measure = 'clients' and breakdown = 'funding'))
{%- endmacro %}

{#- Whether the categories of a breakdown add up to the measure: statuses and kinds of unpaid work overlap. -#}
{% macro adds_up() -%}
    (breakdown not in ('status', 'activity'))
{%- endmacro %}

{#-
    Whether a category has a share: not where categories overlap; `orientation` is no trajectory yet; the clients whom no
    quarter counted by funding are of no funding.
-#}
{% macro has_share() -%}
    ({{ adds_up() }} and category <> 'orientation' and not (measure = 'clients' and category = 'unknown'))
{%- endmacro %}

{#-
    Of whom a figure is known, by the name that int_measures_known has for it: a percentage of whom its numerator is, and the
    clients of a half-year or year of whom those who started are.
-#}
{% macro known_by(measure, frequency) -%}
    {%- set named = {
        'clients_active': 'clients' if frequency == 'quarterly' else 'clients_started',
        'clients_left_uncounted': 'clients_lost',
        'clients_ended': 'ended',
        'ended_with_result': 'ended',
        'ended_without_result': 'ended',
        'in_education': 'education',
        'started_education': 'education',
        'stopped_education': 'education',
        'unpaid_day_activity': 'unpaid_work',
        'unpaid_volunteer_or_work_experience': 'unpaid_work',
        'unpaid_trial_placement': 'unpaid_work',
    } -%}
    {{ return(named.get(measure, measure)) }}
{%- endmacro %}

{#- How a figure comes about: whether it may be added up over quarters follows from it. -#}
{% macro aggregation_of(indicator, frequency) -%}
    {%- set levels = ['paid_work', 'durable_paid_work', 'ever_paid_work', 'clients_active', 'in_education'] + averaged_measures() -%}
    {%- if indicator.numerator -%}share
    {%- elif indicator.measure == 'organisations' -%}distinct
    {%- elif frequency == 'period' and indicator.measure in stocks() -%}stock-flow estimate
    {%- elif frequency == 'period' and indicator.measure in averaged_measures() -%}mean
    {%- elif indicator.measure in levels or indicator.measure.endswith('_all_trajectories') -%}stock
    {%- else -%}flow
    {%- endif -%}
{%- endmacro %}

{#- Why a figure has no value, if it has none (METHOD, what a figure rests on). -#}
{% macro figure_status(value, numerator, asked_from, last_quarter) -%}
    case
        when {{ value }} is not null then 'known'
        when {{ asked_from }} is null then 'not_registered'
        when {{ last_quarter }} < {{ asked_from }} then 'not_asked'
        when {{ numerator }} is not null then 'no_base'
        else 'unknown'
    end
{%- endmacro %}
