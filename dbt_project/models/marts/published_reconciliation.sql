{%- set not_given = {
    'nl': "' De marts geven dit verschil niet: ' || keyed.not_comparable_reason || '.'",
    'en': "' The marts do not give this change: the two periods hold other quarters.'",
} -%}
with

figures as (select * from {{ ref('int_figures_parsed') }}),

names as (select * from {{ ref('int_figures_named') }}),

readings as (select * from {{ ref('int_figures_read') }}),

keyed as (select * from {{ ref('int_figures_keyed') }}),

judged as (select * from {{ ref('int_figures_judged') }}),

differences as (select * from {{ ref('int_differences_explained') }}),

explanations as (select * from {{ ref('stg_reports__explanations') }}),

contradictions as (select * from {{ ref('stg_reports__contradictions') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

scope_names as (select distinct scope, scope_name from {{ ref('int_scopes_listed') }}),

concluded as (
    select
        judged.* replace (
            coalesce(differences.reason, judged.reason) as reason,
            coalesce(judged.contradictions, differences.contradictions) as contradictions
        ),
        differences.basis_nl,
        differences.basis_en
    from judged
    left join differences using (figure_id)
),

-- what the contradictions are called that a figure is named in or rests on
called as (
    select
        figure_id,
        string_agg('"' || contradictions.name_nl || '"', ', ' order by number) as contradictions_nl,
        string_agg('"' || contradictions.name_en || '"', ', ' order by number) as contradictions_en
    from (select figure_id, unnest(string_split(contradictions, ' ')) as contradiction_id from concluded) as named
    inner join contradictions using (contradiction_id)
    group by figure_id
)

select
    figures.figure_id,
    figures.source,
    figures.locator,
    figures.period,
    figures.level,
    figures.region_code,
    regions.region_name,
    figures.scope as trajectory,
    scope_names.scope_name as trajectory_name,
    coalesce(readings.measure, figures.quantity) as measure,
    readings.breakdown,
    figures.published_measure as printed_measure,
    figures.published_breakdown as printed_breakdown,
    keyed.figure_key,
    keyed.change_key,
    keyed.made_of,
    keyed.not_comparable_reason,
    names.what_nl,
    names.what_en,
    figures.derived,
    figures.wording,
    figures.published_value,
    figures.unit,
    cast(figures.decimals as bigint) as decimals,
    concluded.computed_value,
    concluded.computed_as_printed,
    concluded.computed_value - figures.published_value as difference,
    concluded.numerator,
    concluded.denominator,
    explanations.verdict,
    concluded.reason,
    concluded.contradictions,
    {%- for language in ['nl', 'en'] %}
    {{ filled_in('explanations.explanation_' ~ language, {
        'contradiction': 'trim(contradictions.explanation_' ~ language ~ ')',
        'contradictions': 'called.contradictions_' ~ language,
        'basis': 'concluded.basis_' ~ language,
        'why_not': 'readings.why_not_' ~ language,
        'missing': 'concluded.missing_period',
        'period': 'figures.period',
        'compared_period': 'figures.compared_period',
        'published': in_words('figures.published_value', 'figures.decimals', 'figures.unit', language),
        'computed': in_words('concluded.computed_value', 'figures.decimals', 'figures.unit', language),
    }) }} || case when keyed.not_comparable_reason is null then '' else {{ not_given[language] }} end as explanation_{{ language }}{{ ',' if not loop.last }}
    {%- endfor %}
from figures
inner join names using (figure_id)
inner join readings using (figure_id)
inner join concluded using (figure_id)
inner join keyed using (figure_id)
left join called using (figure_id)
left join explanations using (reason)
left join contradictions on split_part(concluded.contradictions, ' ', 1) = contradictions.contradiction_id
left join regions on figures.region_code = regions.region_code
left join scope_names on figures.scope = scope_names.scope
