select * from {{ ref('int_stock_flows_rolled_up') }}
