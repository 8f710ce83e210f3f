with

deliveries as (select * from {{ ref('int_deliveries_in_force') }}),

cells as (select * from {{ ref('stg_submissions__cells') }})

select
    deliveries.organisation_id,
    deliveries.quarter,
    cells.trajectory,
    cells.category as declaration
from cells
inner join deliveries using (receipt)
where cells.measure = 'declaration' and cells.category = 'not_offered'
