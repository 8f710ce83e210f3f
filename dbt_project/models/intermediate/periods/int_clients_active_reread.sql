with

stock_flows as (
    select * from {{ ref('int_stock_flows_rolled_up') }} where stock = 'clients_active' and period_type = 'year'
)

-- an unknown lost or left uncounted counts as 0, as in the stock-flow itself
select
    organisation_id,
    region_code,
    trajectory,
    period,
    stock_flow - first_inflow - coalesce(first_lost, 0) as q1_starts_once,
    stock_flow - coalesce(lost, 0) as without_lost,
    stock_flow - coalesce(lost, 0) + coalesce(left_uncounted, 0) as lost_as_loss,
    stock_flow - coalesce(left_uncounted, 0) as lost_signed
from stock_flows
