select
    finding_id,
    reason,
    acknowledged_by,
    acknowledged_at
from {{ source('submissions', 'acknowledgements') }}
