with

measures as (select * from {{ ref('int_figures_added_up') }}),

categories as (select * from {{ ref('int_categories_measured') }}),

described as (select is_quarter, measure, known_as from {{ ref('int_figures_described') }}),

covered as (select * from {{ ref('int_figures_covered') }}),

series_listed as (select series, place from {{ ref('int_series_listed') }}),

asked as (select * from {{ ref('int_scopes_asked') }}),

periods as (
    select period, period_type = 'quarter' as is_quarter, max(quarter) as last_quarter
    from {{ ref('int_periods_unpivoted') }}
    group by all
),

figures as (
    select
        measures.*,
        '' as breakdown,
        '' as category,
        described.known_as,
        asked.asked_from,
        periods.last_quarter
    from measures
    inner join periods using (period)
    inner join described using (is_quarter, measure)
    left join asked using (scope, measure)
    -- what no trajectory of the scope registers is said once, of the nation
    where asked.asked_from is not null or (measures.region_code = 'all' and measures.organisation_id = 'all')
    union all by name
    -- a category has a row only where it is asked for
    select
        period, scope, region_code, 'all' as organisation_id, is_published, measure, breakdown, category, known_as,
        value, numerator, denominator, '' as asked_from, '' as last_quarter
    from categories
),

measured as (
    select
        figures.period,
        {{ series_number() }} as series,
        figures.value,
        figures.numerator,
        figures.denominator,
        covered.known_pct,
        coalesce(covered.parts_known, 0) as parts_known,
        coalesce(covered.parts, 0) as parts,
        {{ figure_status('value', 'numerator', 'asked_from', 'last_quarter') }} as status,
        figures.is_published
    from figures
    left join covered using (period, scope, region_code, organisation_id, known_as)
)

-- in the order of the keys: the published file has them in it, and a wide table takes long to sort
select measured.*
from measured
inner join series_listed using (series)
order by measured.period, series_listed.place
