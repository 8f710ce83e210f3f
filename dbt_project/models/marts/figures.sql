{{ config(materialized='view') }}

with

series_listed as (select * from {{ ref('int_series_listed') }}),

figures as (select * from {{ ref('int_figures_measured') }} where is_published),

periods as (
    select distinct period, period_type, period_start
    from {{ ref('int_periods_unpivoted') }}
),

regions as (select * from {{ ref('stg_reference__regions') }}),

organisations as (select * from {{ ref('stg_reference__organisations') }}),

scopes as (select distinct scope, scope_name, is_total from {{ ref('int_scopes_listed') }}),

standing as (select * from {{ ref('int_scopes_standing') }}),

year_statuses as (select cast(year as varchar) as period, year_status from {{ ref('int_year_statuses') }})

select
    {{ figure_key(['period']) }} as figure_key,
    period,
    periods.period_type,
    periods.period_start,
    {{ figure_level() }} as level,
    nullif(region_code, 'all') as region_code,
    regions.region_name,
    nullif(organisation_id, 'all') as organisation_id,
    organisations.organisation_name,
    scope as trajectory,
    scopes.scope_name as trajectory_name,
    scopes.is_total,
    series_listed.measure,
    nullif(series_listed.breakdown, '') as breakdown,
    nullif(series_listed.category, '') as category,
    figures.value,
    figures.numerator,
    figures.denominator,
    series_listed.denominator_measure,
    series_listed.unit,
    series_listed.aggregation,
    series_listed.is_estimate,
    figures.known_pct,
    figures.parts_known,
    figures.parts,
    standing.period_status,
    year_statuses.year_status,
    figures.status
from figures
inner join series_listed using (series)
inner join periods using (period)
inner join scopes using (scope)
inner join standing using (period, organisation_id, scope)
left join regions using (region_code)
left join organisations using (organisation_id)
left join year_statuses using (period)
