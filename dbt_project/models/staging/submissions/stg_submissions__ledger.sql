select
    line,
    hash
from {{ source('submissions', 'ledger') }}
