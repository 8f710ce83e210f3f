select
    trajectory,
    measure_group,
    measure,
    breakdown,
    category,
    valid_from,
    valid_to
from {{ source('reference', 'data_dictionary') }}
