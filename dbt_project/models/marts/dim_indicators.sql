{%- set in_wide_marts = quarterly_indicators() + headline_indicators() + period_indicators() -%}

with

indicators as (select * from {{ ref('stg_reference__indicators') }}),

registered as (select * from {{ ref('int_indicators_registered') }}),

quarterly (measure, numerator, denominator, denominator_expression, expression) as (
    values {{ as_values(figure_indicators('quarterly')) }}
),

periods (measure, numerator, denominator, denominator_expression, expression) as (
    values {{ as_values(figure_indicators('period')) }}
),

-- the measures of a breakdown alone
categories as (
    select
        measure,
        any_value(label_nl[:strpos(label_nl, ': ') - 1]) as name_nl,
        any_value(label_en[:strpos(label_en, ': ') - 1]) as name_en,
        string_agg(distinct trajectory, ', ' order by trajectory) as trajectories,
        min(valid_from) as valid_from
    from {{ ref('stg_reference__cell_labels') }}
    group by measure
),

-- what may be added up over quarters too
flows as (select measure from {{ ref('int_figures_described') }} where is_quarter and aggregation = 'flow'),

breakdowns as (
    select distinct {{ named_measure('measure') }} as measure, {{ adds_up() }} as has_shares
    from {{ ref('stg_reference__cell_labels') }}
    where breakdown <> 'total'
),

-- what figures has of a breakdown: its measure where no wide mart has it, client-quarters and shares
of_breakdowns as (
    select -- noqa: AM07
        measure, 'count' as unit, 'Aantal naar categorie: ' as prefix_nl, 'By category: ' as prefix_en, 'regions organisations trajectories' as adds_up_over
    from breakdowns
    where measure not in (select known.measure from indicators as known)
    union all
    select 'client_quarters_' || measure, 'client_quarters', 'Som van kwartaalstanden naar categorie: ', 'Sum of quarterly stocks by category: ',
        'regions organisations trajectories'
    from breakdowns
    where measure not in ('clients_ended', 'unpaid_work')
    union all
    select 'share_of_' || measure, 'percent', 'Aandeel van de categorie: ', 'Share of the category: ', null
    from breakdowns
    where has_shares
),

of_measures as (
    select
        indicators.measure,
        indicators.name_nl,
        indicators.name_en,
        indicators.unit,
        cast(case indicators.unit when 'percent' then 1 else 0 end as bigint) as decimals,
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
        indicators.notes_nl,
        case
            when indicators.unit = 'percent' or indicators.measure = 'organisations' then null
            when ends_with(indicators.measure, '_all_trajectories') then 'regions organisations'
            when flows.measure is null then 'regions organisations trajectories'
            else 'regions organisations trajectories quarters'
        end as adds_up_over,
        indicators.measure in ('organisations', '{{ in_wide_marts | map(attribute='measure') | join("', '") }}') as in_wide_marts
    from indicators
    left join quarterly using (measure)
    left join periods on indicators.measure = periods.measure
    left join registered on indicators.measure = registered.measure
    left join flows on indicators.measure = flows.measure
),

named as (
    select
        of_breakdowns.*,
        replace(replace(of_breakdowns.measure, 'client_quarters_', ''), 'share_of_', '') as of_measure
    from of_breakdowns
)

select * from of_measures -- noqa: AM07
union all by name
select
    named.measure,
    named.prefix_nl || coalesce(indicators.name_nl, categories.name_nl) as name_nl,
    named.prefix_en || coalesce(indicators.name_en, categories.name_en) as name_en,
    named.unit,
    cast(case named.unit when 'percent' then 1 else 0 end as bigint) as decimals,
    named.prefix_nl || coalesce(indicators.name_nl, categories.name_nl) as definition_nl,
    named.prefix_nl || coalesce(indicators.name_nl, categories.name_nl) as period_definition_nl,
    case named.unit when 'percent' then named.of_measure end as numerator,
    case named.unit when 'percent' then named.of_measure end as denominator,
    coalesce(registered.trajectories, categories.trajectories) as trajectories,
    coalesce(registered.valid_from, categories.valid_from) as valid_from,
    'docs/method.md' as source,
    named.adds_up_over,
    false as in_wide_marts
from named
left join indicators on named.of_measure = indicators.measure
left join registered on named.of_measure = registered.measure
left join categories on named.of_measure = categories.measure
