select
    built_at,
    today,
    code_version,
    method_version,
    closing_year,
    code_sha256,
    revision,
    is_clean,
    lists_sha256
from {{ source('submissions', 'run_context') }}
