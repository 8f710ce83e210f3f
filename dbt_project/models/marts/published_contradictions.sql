with

contradictions as (select * from {{ ref('stg_reports__contradictions') }}),

contradicted as (select * from {{ ref('int_figures_contradicted') }}),

figures as (select * from {{ ref('int_figures_parsed') }}),

names as (select * from {{ ref('int_figures_named') }}),

judged as (select * from {{ ref('int_figures_judged') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

scope_names as (select distinct scope, scope_name from {{ ref('int_scopes_listed') }}),

printed as (
    select
        contradicted.contradiction_id,
        figures.figure_id,
        {{ document_nl('figures.source') }} || ', ' || figures.locator as place,
        concat_ws(', ', coalesce(regions.region_name, scope_names.scope_name), names.what_nl, figures.period)
        || ': ' || {{ in_words('figures.published_value', 'figures.decimals', 'figures.unit', 'nl') }} as printed_nl,
        {{ in_words('judged.computed_value', 'figures.decimals', 'figures.unit', 'nl') }} as computed_nl
    from contradicted
    inner join figures using (figure_id)
    inner join names using (figure_id)
    inner join judged using (figure_id)
    left join regions on figures.region_code = regions.region_code
    left join scope_names on figures.scope = scope_names.scope
),

-- what is printed at several places is said once
together as (
    select
        contradiction_id,
        count(*) as figures,
        string_agg(distinct place, '; ' order by place) as places,
        string_agg(distinct printed_nl, '; ' order by printed_nl) as printed_nl,
        string_agg(distinct printed_nl || ' (berekend ' || computed_nl || ')', '; ' order by printed_nl || ' (berekend ' || computed_nl || ')') as computed_nl
    from printed
    group by contradiction_id
)

select
    cast(contradictions.number as bigint) as number,
    contradiction_id,
    contradictions.name_nl,
    contradictions.name_en,
    together.figures,
    together.places,
    together.printed_nl,
    together.computed_nl,
    contradictions.explanation_nl,
    contradictions.explanation_en
from contradictions
inner join together using (contradiction_id)
