select * from {{ ref('stg_submissions__ledger') }}
