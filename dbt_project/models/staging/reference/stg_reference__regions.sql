select
    region_code,
    region_name
from {{ source('reference', 'regions') }}
