select * from {{ ref('int_deliveries_expected') }}
