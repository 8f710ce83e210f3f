select
    trajectory,
    name_nl as trajectory_name,
    registered_from
from {{ source('reference', 'trajectories') }}
