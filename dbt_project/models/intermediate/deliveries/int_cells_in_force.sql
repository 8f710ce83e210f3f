with

deliveries as (select * from {{ ref('int_deliveries_in_force') }}),

cells as (select * from {{ ref('stg_submissions__cells') }})

select
    deliveries.organisation_id,
    deliveries.quarter,
    cells.region_code,
    cells.trajectory,
    cells.measure,
    cells.breakdown,
    cells.category,
    cells.clients,
    cells.location
from cells
inner join deliveries using (receipt)
where cells.measure <> 'declaration'
