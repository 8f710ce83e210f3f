{{ config(materialized='view') }}

with

periods_compared as (select * from {{ ref('int_periods_compared') }} where sign = 1),

series_listed as (select * from {{ ref('int_series_listed') }}),

changes as (select * from {{ ref('int_changes_measured') }}),

standing as (select * from {{ ref('int_scopes_standing') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

organisations as (select * from {{ ref('stg_reference__organisations') }}),

scopes as (select distinct scope, scope_name, is_total from {{ ref('int_scopes_listed') }})

select
    {{ figure_key(['comparison', 'period']) }} as change_key,
    comparison,
    periods_compared.period_type,
    period,
    periods_compared.period_start,
    periods_compared.compared_period,
    later.period_status,
    earlier.period_status as compared_period_status,
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
    series_listed.unit,
    changes.value,
    changes.compared_value,
    changes.status,
    changes.compared_status,
    changes.known_pct,
    changes.compared_known_pct,
    changes.change,
    changes.change_points,
    changes.change_pct_of_previous,
    changes.change_pct_of_current,
    changes.like_for_like_value,
    changes.like_for_like_compared_value,
    changes.like_for_like_change,
    changes.pairs,
    changes.change_present_in_both,
    changes.change_newly_known,
    changes.change_no_longer_known,
    changes.not_comparable_reason
from changes
inner join periods_compared using (comparison, period)
inner join series_listed using (series)
inner join scopes using (scope)
inner join standing as later using (period, organisation_id, scope)
inner join standing as earlier
    on periods_compared.compared_period = earlier.period
    and series_listed.organisation_id = earlier.organisation_id
    and series_listed.scope = earlier.scope
left join regions using (region_code)
left join organisations using (organisation_id)
