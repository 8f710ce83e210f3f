select
    scope,
    name_nl as scope_name,
    name_en as scope_name_en,
    trajectories
from {{ source('reports', 'scopes') }}
