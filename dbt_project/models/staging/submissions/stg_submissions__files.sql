select
    receipt,
    file_name,
    organisation_id,
    quarter,
    landed_at,
    status
from {{ source('submissions', 'files') }}
