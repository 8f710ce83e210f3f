with

figures as (select * from {{ ref('int_figures_read') }}),

operands as (select * from {{ ref('int_figure_operands_checked') }}),

terms as (select * from {{ ref('int_figure_terms_measured') }}),

regions_ranked as (select * from {{ ref('int_rankings_paired') }}),

with_bases as (
    select
        *,
        min(base) filter (where role = 'numerator') over same_sum as numerator_base,
        sum(clients_in_category) filter (where role = 'numerator') over same_sum as numerator_category
    from terms
    window same_sum as (partition by figure_id, operand, period)
),

valued as (
    select
        figure_id,
        operand,
        period,
        role,
        sign * case taken_from when 'base' then numerator_base when 'clients_in_category' then numerator_category else value end as part
    from with_bases
),

-- unknown when any of its parts is
summed as (
    select
        figure_id,
        operand,
        period,
        case when bool_and(part is not null) filter (where role = 'numerator') then sum(part) filter (where role = 'numerator') end as numerator,
        case when bool_and(part is not null) filter (where role = 'denominator') then sum(part) filter (where role = 'denominator') end as denominator
    from valued
    group by all
),

levelled as (
    select
        summed.*,
        case when figures.kind = 'share' then 100.0 * summed.numerator / nullif(summed.denominator, 0) else summed.numerator end as value
    from summed
    inner join figures using (figure_id)
),

paired as (
    select
        figure_id,
        case when bool_and(value is not null) filter (where operand = 'value') then avg(value) filter (where operand = 'value') end as value,
        any_value(value) filter (where operand = 'compared') as compared_value,
        case when count(*) = 1 then any_value(numerator) end as numerator,
        case when count(*) = 1 then any_value(denominator) end as denominator,
        min(period) filter (where numerator is null) as unknown_period
    from levelled
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
            else coalesce(missing, case when unknown_period is not null then 'unknown' end)
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
        and figures.numerator = regions_ranked.ranking
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
