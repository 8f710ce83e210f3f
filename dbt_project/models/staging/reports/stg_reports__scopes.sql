select
    scope,
    name_nl as scope_name,
    trajectories
from {{ source('reports', 'scopes') }}
