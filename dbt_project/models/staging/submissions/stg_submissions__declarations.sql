with

deliveries as (select * from {{ ref('stg_submissions__deliveries') }}),

cells as (select * from {{ source('submissions', 'cells') }})

select
    deliveries.organisation_id,
    deliveries.quarter,
    cells.trajectory,
    cells.category as declaration
from cells
inner join deliveries using (receipt)
where cells.measure = 'declaration' and cells.category = 'not_offered'
