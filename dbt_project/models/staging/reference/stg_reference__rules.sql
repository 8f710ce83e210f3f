select
    rule,
    level,
    name,
    found,
    expected,
    message
from {{ source('reference', 'rules') }}
