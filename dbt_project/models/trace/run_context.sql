select * from {{ ref('stg_submissions__run_context') }}
