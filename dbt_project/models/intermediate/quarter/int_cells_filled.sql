with

cells as (select * from {{ ref('int_cells_in_force') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

groups_delivered as (select * from {{ ref('int_groups_delivered') }}),

grid as (select * from {{ ref('int_quarters_gridded') }}),

-- what a delivered group can hold in that quarter; a group not delivered has no row, so it stays unknown
cells_expected as (
    select
        grid.organisation_id,
        grid.region_code,
        grid.trajectory,
        grid.quarter,
        grid.quarter_index,
        dictionary.measure_group,
        dictionary.measure,
        dictionary.breakdown,
        dictionary.category
    from grid
    inner join groups_delivered using (organisation_id, trajectory, quarter)
    inner join dictionary
        on groups_delivered.trajectory = dictionary.trajectory
        and groups_delivered.measure_group = dictionary.measure_group
        and {{ within('grid.quarter', 'dictionary.valid_from', 'dictionary.valid_to') }}
)

select
    cells_expected.*,
    coalesce(cells.clients, 0) as clients
from cells_expected
left join cells using (organisation_id, quarter, region_code, trajectory, measure, breakdown, category)
