select
    built_at,
    today,
    code_version,
    method_version,
    closing_year
from {{ source('submissions', 'run_context') }}
