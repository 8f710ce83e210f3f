select
    receipt,
    organisation_id,
    quarter,
    version,
    landed_at,
    is_deferred
from {{ source('submissions', 'deliveries') }}
