select
    counts_sha256,
    level,
    region_code,
    organisation_id,
    trajectory,
    measure,
    breakdown,
    category,
    value
from {{ source('submissions', 'year_counts') }}
