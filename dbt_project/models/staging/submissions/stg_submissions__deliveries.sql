select
    receipt,
    organisation_id,
    quarter,
    version,
    landed_at,
    cells_sha256,
    is_deferred
from {{ source('submissions', 'deliveries') }}
