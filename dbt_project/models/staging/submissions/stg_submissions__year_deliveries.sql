select
    year,
    closed_at,
    organisation_id,
    quarter,
    receipt,
    cells_sha256
from {{ source('submissions', 'year_deliveries') }}
