select
    receipt,
    region_code,
    trajectory,
    measure,
    breakdown,
    category,
    case when measure <> 'declaration' then cast(clients as bigint) end as clients,
    location
from {{ source('submissions', 'cells') }}
