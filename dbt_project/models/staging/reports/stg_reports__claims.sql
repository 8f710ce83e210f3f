select
    claim_id,
    source,
    locator,
    claim_nl,
    predicate,
    keys
from {{ source('reports', 'claims') }}
