with

changes as (select * from {{ ref('int_changes_measured') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }})

select
    changes.comparison,
    changes.period_type,
    changes.period,
    changes.period_start,
    changes.compared_period,
    changes.period_status,
    changes.compared_period_status,
    {{ named_level() }},
    changes.* exclude (
        comparison, period_type, period, period_start, compared_period, period_status, compared_period_status, region_code, trajectory
    )
from changes
left join regions using (region_code)
left join trajectories using (trajectory)
