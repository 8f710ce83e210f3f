with

scopes as (select * from {{ ref('stg_reports__scopes') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }})

select
    scope,
    scope_name,
    true as is_total,
    unnest(string_split(trajectories, ' ')) as trajectory
from scopes
union all
-- each trajectory is a scope by itself
select
    trajectory as scope,
    trajectory_name as scope_name,
    false as is_total,
    trajectory
from trajectories
