with

changes as (select * from {{ ref('int_changes_measured') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }})

select
    changes.comparison,
    changes.period,
    changes.period_start,
    changes.compared_period,
    case when region_code = 'all' then 'national' else 'region' end as level,
    nullif(region_code, 'all') as region_code,
    regions.region_name,
    trajectory,
    coalesce(trajectories.trajectory_name, 'Alle trajecten') as trajectory_name,
    changes.* exclude (comparison, period, period_start, compared_period, region_code, trajectory)
from changes
left join regions using (region_code)
left join trajectories using (trajectory)
