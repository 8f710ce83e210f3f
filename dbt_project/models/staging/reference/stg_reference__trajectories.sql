select
    trajectory,
    name_nl as trajectory_name,
    name_en as trajectory_name_en,
    registered_from
from {{ source('reference', 'trajectories') }}
