{{ config(materialized='view') }}

with

periods_compared as (select * from {{ ref('int_periods_compared') }} where sign = 1),

-- an organisation over all its regions
figures as (select * from {{ ref('int_figures_measured') }} where organisation_id = 'all' or region_code = 'all'),

periods as (select period, max(quarter) as last_quarter from {{ ref('int_periods_unpivoted') }} group by period),

scopes_asked as (select * from {{ ref('int_scopes_asked') }}),

categories_asked as (
    select period, scope, {{ named_measure('measure') }} as of_measure, breakdown, category
    from {{ ref('int_categories_asked') }}
),

later as (
    select comparison, period_type, compared_period, period_start, figures.*
    from figures
    inner join periods_compared using (period)
),

earlier as (
    select comparison, period_type, periods_compared.period, compared_period, period_start, figures.* exclude (period)
    from figures
    inner join periods_compared on figures.period = periods_compared.compared_period
),

{%- set both = ['period_type', 'compared_period', 'period_start', 'region_code', 'organisation_id', 'scope', 'measure', 'breakdown', 'category', 'unit', 'known_as'] %}

paired as (
    select
        comparison,
        period,
        series,
        {%- for column in both %}
        coalesce(later.{{ column }}, earlier.{{ column }}) as {{ column }},
        {%- endfor %}
        later.value,
        earlier.value as compared_value,
        later.status,
        earlier.status as compared_status,
        later.known_pct,
        earlier.known_pct as compared_known_pct,
        case when later.series is null then period when earlier.series is null then coalesce(later.compared_period, earlier.compared_period) end
            as missing_period
    from later
    full join earlier using (comparison, period, series)
    where
        (later.is_published or earlier.is_published)
        and 'not_registered' not in (coalesce(later.status, ''), coalesce(earlier.status, ''))
),

-- of the side where nobody is there: whether the measure was asked for then
told as (
    select
        paired.*,
        case when periods.last_quarter < scopes_asked.asked_from then 'not_asked' else 'unknown' end as missing_status,
        categories_asked.period is not null as is_category_asked
    from paired
    left join periods on paired.missing_period = periods.period
    left join scopes_asked using (scope, measure)
    left join categories_asked
        on paired.missing_period = categories_asked.period
        and paired.scope = categories_asked.scope
        and regexp_replace(paired.measure, '^(client_quarters_|share_of_|pct_)', '') = categories_asked.of_measure
        and paired.breakdown = categories_asked.breakdown
        and paired.category = categories_asked.category
)

-- nobody there is 0 organisations, once the trajectory is registered; a category that was not asked for is not compared
select
    * exclude (missing_period, missing_status, is_category_asked)
    replace (
        {%- for side in ['', 'compared_'] %}
        case when measure = 'organisations' and {{ side }}status is null and missing_status = 'unknown' then 0 else {{ side }}value end as {{ side }}value,
        coalesce({{ side }}status, case when measure = 'organisations' and missing_status = 'unknown' then 'known' else missing_status end)
            as {{ side }}status{{ ',' if not loop.last }}
        {%- endfor %}
    )
from told
where missing_period is null or breakdown = '' or is_category_asked
