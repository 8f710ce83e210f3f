select
    organisation_id,
    name as organisation_name,
    active_from,
    active_to,
    taken_over_by
from {{ source('reference', 'organisations') }}
