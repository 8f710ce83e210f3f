with

figures as (select * from {{ ref('int_figures_parsed') }}),

readings as (select * from {{ ref('int_figures_read') }}),

terms as (select * from {{ ref('int_figure_terms_measured') }}),

judged as (select * from {{ ref('int_figures_judged') }}),

-- of a count the count itself, of a share the counts that it rests on
keyed as (
    select distinct
        figure_id,
        role,
        concat_ws('|', period, terms.level, terms.region_code, terms.scope, terms.measure, terms.breakdown, terms.published_category) as term
    from terms
    inner join readings using (figure_id)
    where kind = 'count' or role <> 'value'
),

-- a count printed as it stands, of one period: what other figures are made of; the first place it is printed at counts
levels as (
    select term, min(figure_id) as level_figure_id, list(figure_id) as printed_at
    from keyed
    inner join readings using (figure_id)
    where kind = 'count' and operation = 'value' and first_period = last_period and readings.measure not like '% %'
    group by all
),

resting as (
    select
        keyed.figure_id,
        keyed.role,
        keyed.term,
        level_figure_id,
        basis.contradictions,
        basis.reason,
        {%- for language in ['nl', 'en'] %}
        {{ in_words('figures.published_value', 'figures.decimals', 'figures.unit', language) }}
        || ' ({{ 'berekend' if language == 'nl' else 'computed' }} '
        || {{ in_words('basis.computed_value', 'figures.decimals', 'figures.unit', language) }} || ')' as basis_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from keyed
    inner join judged using (figure_id)
    left join levels using (term)
    left join judged as basis on levels.level_figure_id = basis.figure_id
    left join figures on levels.level_figure_id = figures.figure_id
    where judged.reason = 'differs' and not coalesce(list_contains(printed_at, keyed.figure_id), false)
),

off as (select distinct * exclude (role) from resting where reason in ('contradicted', 'differs')),

explained as (
    select
        figure_id,
        array_to_string(list_sort(list_distinct(flatten(list(string_split(contradictions, ' '))))), ' ') as contradictions,
        {%- for language in ['nl', 'en'] %}
        string_agg(basis_{{ language }}, ' {{ 'en' if language == 'nl' else 'and' }} ' order by term) as basis_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from off
    group by all
),

not_printed as (select distinct figure_id from resting where role <> 'denominator' and level_figure_id is null)

select
    judged.figure_id,
    nullif(explained.contradictions, '') as contradictions,
    explained.basis_nl,
    explained.basis_en,
    case
        when not_printed.figure_id is not null then 'counts_not_printed'
        when explained.contradictions <> '' then 'rests_on_contradiction'
        when explained.figure_id is not null then 'rests_on_difference'
        else 'unexplained'
    end as reason
from judged
left join explained using (figure_id)
left join not_printed using (figure_id)
where judged.reason = 'differs'
