with

deliveries as (select * from {{ ref('stg_submissions__deliveries') }}),

cells as (select * from {{ source('submissions', 'cells') }})

select
    deliveries.organisation_id,
    deliveries.quarter,
    cells.region_code,
    cells.trajectory,
    cells.measure,
    cells.breakdown,
    cells.category,
    cast(cells.clients as bigint) as clients,
    cells.location
from cells
inner join deliveries using (receipt)
where cells.measure <> 'declaration'
