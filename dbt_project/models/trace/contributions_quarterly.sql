select * from {{ ref('int_contributions_quarterly') }}
