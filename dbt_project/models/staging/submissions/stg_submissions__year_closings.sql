select
    year,
    closed_at,
    reason,
    values_digest,
    counts_sha256,
    method_version
from {{ source('submissions', 'year_closings') }}
qualify row_number() over (partition by year order by closed_at desc) = 1
