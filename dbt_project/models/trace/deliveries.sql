select * from {{ ref('int_deliveries_in_force') }}
