select
    rule,
    cast(above_clients as bigint) as above_clients,
    cast(above_pct as double) as above_pct,
    cast(above_cells as bigint) as above_cells
from {{ source('reference', 'warning_thresholds') }}
