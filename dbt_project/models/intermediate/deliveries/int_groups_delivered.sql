with

cells as (select * from {{ ref('int_cells_in_force') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

quarters as (select * from {{ ref('stg_reference__quarters') }})

select distinct
    cells.organisation_id,
    cells.trajectory,
    cells.quarter,
    quarters.quarter_index,
    dictionary.measure_group
from cells
inner join dictionary using (trajectory, measure, breakdown, category)
inner join quarters using (quarter)
