with

changes as (select * from {{ ref('int_changes_measured') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

organisations as (select * from {{ ref('stg_reference__organisations') }}),

scopes as (select distinct scope, scope_name, is_total from {{ ref('int_scopes_listed') }})

select
    changes.comparison || '/' || changes.period || '/' || changes.series as change_key,
    changes.comparison,
    changes.period_type,
    changes.period,
    changes.period_start,
    changes.compared_period,
    changes.period_status,
    changes.compared_period_status,
    split_part(changes.series, '/', 1) as level,
    nullif(region_code, 'all') as region_code,
    regions.region_name,
    nullif(organisation_id, 'all') as organisation_id,
    organisations.organisation_name,
    changes.trajectory,
    scopes.scope_name as trajectory_name,
    scopes.is_total,
    changes.measure,
    nullif(changes.breakdown, '') as breakdown,
    nullif(changes.category, '') as category,
    changes.unit,
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
inner join scopes on changes.trajectory = scopes.scope
left join regions using (region_code)
left join organisations using (organisation_id)
