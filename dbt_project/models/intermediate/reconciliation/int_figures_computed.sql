with

figures as (select * from {{ ref('int_figures_read') }}),

operands as (select * from {{ ref('int_figure_operands_checked') }}),

terms as (select * from {{ ref('int_figure_terms_measured') }} where role = 'value'),

regions_ranked as (select * from {{ ref('int_rankings_paired') }}),

-- unknown when any of its parts is; what has nothing to be divided by is known not to have a value
summed as (
    select
        figure_id,
        operand,
        period,
        case when bool_and(value is not null) then sum(sign * value) end as value,
        sum(sign * numerator) as numerator,
        min(denominator) as denominator,
        bool_or(not {{ has_share() }} and starts_with(measure, 'share_of_')) as has_no_share,
        bool_or(value is null and status is distinct from 'no_base') as is_unknown
    from terms
    group by all
),

paired as (
    select
        figure_id,
        case when bool_and(value is not null) filter (where operand = 'value') then avg(value) filter (where operand = 'value') end as value,
        any_value(value) filter (where operand = 'compared') as compared_value,
        case when count(*) = 1 then any_value(numerator) end as numerator,
        case when count(*) = 1 then any_value(denominator) end as denominator,
        bool_or(has_no_share) as has_no_share,
        min(period) filter (where is_unknown) as unknown_period
    from summed
    group by all
),

missing as (
    select figure_id, min_by(missing, period) as missing, min(period) as missing_period
    from operands
    where missing is not null
    group by all
),

computed as (
    select
        figures.figure_id,
        figures.operation,
        figures.kind = 'share' as is_share,
        case
            when figures.kind = 'none' then 'not_registered'
            else coalesce(missing, case when has_no_share then 'no_share' when unknown_period is not null then 'unknown' end)
        end as missing,
        coalesce(missing_period, unknown_period) as missing_period,
        coalesce(paired.value, regions_ranked.value) as value,
        compared_value,
        case
            when figures.operation = 'mean_change' then {{ half_years_between('figures.compared_period', 'figures.last_period') }}
        end as half_years,
        paired.numerator,
        paired.denominator
    from figures
    left join paired using (figure_id)
    left join missing using (figure_id)
    left join regions_ranked
        on figures.kind = 'rank'
        and figures.measure = regions_ranked.ranking
        and regions_ranked.period = case when first_period = last_period then last_period else first_period || '-' || last_period end
        and figures.region_code is not distinct from regions_ranked.region_code
)

-- what is missing of a period is missing of what its other quarters add up to
select
    figure_id,
    case
        when missing is not null then null
        when operation = 'value' then value
        when operation = 'change_pct' then {{ change_pct('(value - compared_value)', 'compared_value') }}
        when operation = 'mean_change' then (value - compared_value) / half_years
        else value - compared_value
    end as computed_value,
    case
        when missing is null and operation = 'change_pct' then {{ change_pct('(value - compared_value)', 'value') }}
    end as value_on_current_base,
    case when missing is null and is_share then numerator end as numerator,
    case when missing is null and is_share then denominator end as denominator,
    missing,
    missing_period
from computed
