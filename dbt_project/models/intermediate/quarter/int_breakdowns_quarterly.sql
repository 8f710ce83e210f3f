with

cells as (select * from {{ ref('int_cells_filled') }}),

clients_by_category as (select * from cells where measure = 'clients')

-- a cell stands here only when it is known, so the clients that it is a part of are those of whom it is known
select
    organisation_id,
    region_code,
    trajectory,
    cells.quarter,
    cells.measure,
    cells.breakdown,
    cells.category,
    cells.clients,
    case when cells.measure in ('paid_work', 'durable_paid_work') then clients_by_category.clients end as clients_in_category,
    false as is_estimate
from cells
left join clients_by_category using (organisation_id, region_code, trajectory, quarter, breakdown, category)
