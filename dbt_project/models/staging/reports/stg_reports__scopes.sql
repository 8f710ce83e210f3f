with

scopes as (select * from {{ source('reports', 'scopes') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }})

select
    scope,
    name_nl as scope_name,
    unnest(string_split(trajectories, ' ')) as trajectory
from scopes
union all
-- each trajectory is a scope by itself
select
    trajectory as scope,
    trajectory_name as scope_name,
    trajectory
from trajectories
