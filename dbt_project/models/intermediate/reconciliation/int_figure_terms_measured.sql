with

figures as (select * from {{ ref('int_figures_read') }} where kind in ('count', 'share')),

operands as (select * from {{ ref('int_figure_operands_checked') }}),

categories as (select * from {{ ref('stg_reports__categories') }}),

laid_out as (select * from {{ ref('int_figures_laid_out') }}),

-- the figures that the value is made of, and the counts that a share rests on
written as (
    select figure_id, 'value' as role, unnest({{ signed_terms('measure') }}) as term from figures
    union all
    select figure_id, 'numerator', unnest({{ signed_terms('numerator') }}) from figures where numerator is not null
    union all
    select figure_id, 'denominator', unnest({{ signed_terms('denominator') }}) from figures where denominator is not null
),

terms as (
    select
        figure_id,
        role,
        case when starts_with(term, '-') then -1 else 1 end as sign,
        ltrim(term, '- ') as measure
    from written
),

placed as (
    select
        figure_id,
        operand,
        operands.period,
        figures.level,
        figures.region_code,
        role,
        sign,
        case when starts_with(terms.measure, 'all_') then 'all' else scope end as scope,
        case when starts_with(terms.measure, 'all_') then terms.measure[5:] else terms.measure end as measure,
        case when role <> 'denominator' then breakdown end as breakdown,
        case when role <> 'denominator' then dimension end as dimension,
        case when role <> 'denominator' then published_category end as published_category
    from operands
    inner join figures using (figure_id)
    inner join terms using (figure_id)
)

select
    placed.* exclude (dimension),
    categories.category,
    laid_out.figure_key,
    laid_out.value,
    laid_out.numerator,
    laid_out.denominator,
    laid_out.status
from placed
left join categories using (dimension, published_category)
left join laid_out
    on placed.role = 'value'
    and placed.period = laid_out.period
    and placed.level = laid_out.level
    and placed.region_code is not distinct from laid_out.region_code
    and placed.scope = laid_out.scope
    and placed.measure = laid_out.measure
    and placed.breakdown is not distinct from laid_out.breakdown
    and categories.category is not distinct from laid_out.category
