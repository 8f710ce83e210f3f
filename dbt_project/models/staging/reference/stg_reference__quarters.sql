select
    quarter,
    {{ quarter_index('quarter') }} as quarter_index,
    cast(first_day as date) as first_day,
    cast(deadline as date) as deadline
from {{ source('reference', 'quarters') }}
