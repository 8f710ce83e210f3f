select
    measure,
    coalesce(breakdown, '') as breakdown,
    cast(above_size as double) as above_size,
    cast(above_change as double) as above_change,
    cast(above_pct as double) as above_pct,
    cast(least_known_pct as double) as least_known_pct
from {{ source('reference', 'signal_rules') }}
