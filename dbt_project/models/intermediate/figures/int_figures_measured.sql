with

measures as (select * from {{ ref('int_figures_added_up') }}),

categories as (select * from {{ ref('int_categories_measured') }}),

described as (select * from {{ ref('int_figures_described') }}),

covered as (select * from {{ ref('int_figures_covered') }}),

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
        described.* exclude (is_quarter, measure),
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
    select *, 'all' as organisation_id, '' as asked_from, '' as last_quarter from categories
)

select
    period,
    {{ figure_key(["case when organisation_id <> 'all' then 'organisation' when region_code <> 'all' then 'region' else 'national' end",
        "nullif(region_code, 'all')", "nullif(organisation_id, 'all')", 'scope', 'measure', "nullif(breakdown, '')", "nullif(category, '')"]) }} as series,
    region_code,
    organisation_id,
    scope,
    measure,
    breakdown,
    category,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.denominator_measure,
    figures.unit,
    known_as,
    figures.aggregation,
    figures.is_estimate,
    covered.known_pct,
    coalesce(covered.parts_known, 0) as parts_known,
    coalesce(covered.parts, 0) as parts,
    {{ figure_status('value', 'numerator', 'asked_from', 'last_quarter') }} as status,
    figures.is_published
from figures
left join covered using (period, scope, region_code, organisation_id, known_as)
