select
    trajectory,
    measure,
    breakdown,
    category,
    valid_from,
    valid_to,
    label_nl,
    label_en,
    rowid as position -- as listed
from {{ source('reference', 'data_dictionary') }}
