select * from {{ ref('int_contributions_rolled_up') }}
