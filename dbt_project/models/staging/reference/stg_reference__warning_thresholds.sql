select
    rule,
    cast(above_clients as bigint) as above_clients,
    cast(above_pct as double) as above_pct
from {{ source('reference', 'warning_thresholds') }}
