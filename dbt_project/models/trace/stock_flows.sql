select
    * exclude (first_taken_over),
    -first_taken_over as taken_over
from {{ ref('int_stock_flows_rolled_up') }}
