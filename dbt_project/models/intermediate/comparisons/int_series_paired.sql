with

periods_compared as (select *, {{ pairing_number() }} as pairing from {{ ref('int_periods_compared') }} where sign = 1),

figures as (select * from {{ ref('int_figures_measured') }}),

periods as (select period, max(quarter) as last_quarter from {{ ref('int_periods_unpivoted') }} group by period),

scopes_asked as (select * from {{ ref('int_scopes_asked') }}),

-- an organisation over all its regions; of a category what it is a count, a share or a percentage of
series_listed as (
    select listed.*, scopes_asked.asked_from, regexp_replace(listed.measure, '^(client_quarters_|share_of_|pct_)', '') as of_measure
    from {{ ref('int_series_listed') }} as listed
    left join scopes_asked using (scope, measure)
    where organisation_id = 'all' or region_code = 'all'
),

categories_asked as (
    select period, scope, {{ named_measure('measure') }} as of_measure, breakdown, category
    from {{ ref('int_categories_asked') }}
),

later as (
    select periods_compared.pairing, figures.*
    from figures
    inner join periods_compared using (period)
),

earlier as (
    select periods_compared.pairing, figures.*
    from figures
    inner join periods_compared on figures.period = periods_compared.compared_period
),

paired as (
    select
        pairing,
        series,
        later.value,
        earlier.value as compared_value,
        later.status,
        earlier.status as compared_status,
        later.known_pct,
        earlier.known_pct as compared_known_pct
    from later
    full join earlier using (pairing, series)
    where
        (later.is_published or earlier.is_published)
        and 'not_registered' not in (coalesce(later.status, ''), coalesce(earlier.status, ''))
),

-- of the side where nobody is there: whether the measure was asked for then
told as (
    select
        paired.* exclude (pairing),
        periods_compared.comparison,
        periods_compared.period,
        case when paired.status is null then periods_compared.period when paired.compared_status is null then periods_compared.compared_period end
            as missing_period,
        series_listed.scope,
        series_listed.measure,
        series_listed.asked_from,
        series_listed.of_measure,
        series_listed.breakdown,
        series_listed.category
    from paired
    inner join periods_compared using (pairing)
    inner join series_listed using (series)
),

completed as (
    select
        told.*,
        case when periods.last_quarter < told.asked_from then 'not_asked' else 'unknown' end as missing_status,
        categories_asked.period is not null as is_category_asked
    from told
    left join periods on told.missing_period = periods.period
    left join categories_asked
        on told.missing_period = categories_asked.period
        and told.scope = categories_asked.scope
        and told.of_measure = categories_asked.of_measure
        and told.breakdown = categories_asked.breakdown
        and told.category = categories_asked.category
)

-- nobody there is 0 organisations, once the trajectory is registered; a category that was not asked for is not compared
select
    comparison,
    period,
    series,
    {%- for side in ['', 'compared_'] %}
    case when measure = 'organisations' and {{ side }}status is null and missing_status = 'unknown' then 0 else {{ side }}value end as {{ side }}value,
    coalesce({{ side }}status, case when measure = 'organisations' and missing_status = 'unknown' then 'known' else missing_status end)
        as {{ side }}status,
    {%- endfor %}
    known_pct,
    compared_known_pct
from completed
where missing_period is null or breakdown = '' or is_category_asked
