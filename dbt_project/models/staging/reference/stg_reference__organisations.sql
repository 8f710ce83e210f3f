select
    organisation_id,
    name as organisation_name,
    active_from,
    active_to
from {{ source('reference', 'organisations') }}
