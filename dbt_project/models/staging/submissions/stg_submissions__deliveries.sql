select
    receipt,
    organisation_id,
    quarter,
    version,
    landed_at
from {{ source('submissions', 'deliveries') }}
