with

scopes as (select * from {{ ref('int_scopes_listed') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

names as (select scope, scope_name_en from {{ ref('stg_reports__scopes') }})

select
    scopes.scope as trajectory,
    scopes.scope_name as trajectory_name,
    coalesce(any_value(names.scope_name_en), any_value(trajectories.trajectory_name_en)) as trajectory_name_en,
    scopes.is_total,
    string_agg(trajectories.trajectory, ' ' order by trajectories.trajectory) as trajectories,
    min(trajectories.registered_from) as registered_from
from scopes
inner join trajectories using (trajectory)
left join names on scopes.scope = names.scope
group by all
