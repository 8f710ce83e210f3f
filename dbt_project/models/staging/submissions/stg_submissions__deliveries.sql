select
    receipt,
    organisation_id,
    quarter,
    version,
    landed_at,
    cells_sha256
from {{ source('submissions', 'deliveries') }}
