{%- set distinct_organisations = {'measure': 'organisations', 'expression': organisations()} -%}

with

indicators as (select * from {{ ref('stg_reference__indicators') }}),

registered as (select * from {{ ref('int_indicators_registered') }}),

quarterly (measure, numerator, denominator, denominator_expression, expression) as (
    values {{ as_values([distinct_organisations] + quarterly_indicators() + headline_indicators()) }}
),

periods (measure, numerator, denominator, denominator_expression, expression) as (
    values {{ as_values([distinct_organisations] + period_indicators()) }}
)

select
    indicators.measure,
    indicators.name_nl,
    indicators.name_en,
    indicators.unit,
    indicators.definition_nl,
    coalesce(indicators.period_definition_nl, indicators.definition_nl) as period_definition_nl,
    indicators.formula_nl,
    indicators.period_formula_nl,
    coalesce(quarterly.numerator, periods.numerator) as numerator,
    coalesce(quarterly.denominator, periods.denominator) as denominator,
    coalesce(quarterly.denominator_expression, periods.denominator_expression) as denominator_expression,
    quarterly.expression as quarterly_expression,
    periods.expression as period_expression,
    registered.trajectories,
    registered.valid_from,
    indicators.source,
    indicators.notes_nl
from indicators
left join quarterly using (measure)
left join periods on indicators.measure = periods.measure
left join registered on indicators.measure = registered.measure
