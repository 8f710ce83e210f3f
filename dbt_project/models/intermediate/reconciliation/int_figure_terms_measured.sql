with

figures as (select * from {{ ref('int_figures_read') }} where kind in ('count', 'share')),

operands as (select * from {{ ref('int_figure_operands_checked') }}),

categories as (select * from {{ ref('stg_reports__categories') }}),

scopes_measured as (select * from {{ ref('int_scopes_measured') }}),

categories_measured as (select * from {{ ref('int_scope_categories_measured') }}),

written as (
    select figure_id, 'numerator' as role, unnest({{ signed_terms('numerator') }}) as term from figures
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
        case when starts_with(measure, 'all_') then 'all' else scope end as scope,
        case when starts_with(measure, 'all_') then measure[5:] else measure end as measure,
        case
            when role = 'denominator' and measure in ('clients_active', 'known_total') then 'base'
            when measure = 'clients_in_category' then 'clients_in_category'
            else 'value'
        end as taken_from,
        case when role = 'numerator' then breakdown end as breakdown,
        case when role = 'numerator' then dimension end as dimension,
        case when role = 'numerator' then published_category end as published_category
    from operands
    inner join figures using (figure_id)
    inner join terms using (figure_id)
)

select
    placed.* exclude (dimension),
    categories.category,
    coalesce(scopes_measured.value, categories_measured.clients) as value,
    coalesce(scopes_measured.base, categories_measured.known_total) as base,
    categories_measured.clients_in_category
from placed
left join categories using (dimension, published_category)
left join scopes_measured
    on placed.breakdown is null
    and placed.period = scopes_measured.period
    and placed.level = scopes_measured.level
    and placed.region_code is not distinct from scopes_measured.region_code
    and placed.scope = scopes_measured.scope
    and placed.measure = scopes_measured.measure
left join categories_measured
    on placed.level = 'national'
    and placed.period = categories_measured.period
    and placed.scope = categories_measured.scope
    and placed.measure = categories_measured.measure
    and placed.breakdown = categories_measured.breakdown
    and categories.category = categories_measured.category
