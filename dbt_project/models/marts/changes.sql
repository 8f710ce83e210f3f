with

changes as (select * from {{ ref('int_changes_measured') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }})

select
    changes.comparison,
    changes.period,
    changes.period_start,
    changes.compared_period,
    {{ named_level() }},
    changes.* exclude (comparison, period, period_start, compared_period, region_code, trajectory)
from changes
left join regions using (region_code)
left join trajectories using (trajectory)
