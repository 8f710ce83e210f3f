with

cells as (select * from {{ ref('int_cells_in_force') }}),

groups_delivered as (select * from {{ ref('int_groups_delivered') }}),

organisations as (select * from {{ ref('stg_reference__organisations') }} where taken_over_by is not null),

-- every region for which the organisation ever delivered cells of the trajectory, or took them over
regions_served as (
    select organisation_id, trajectory, region_code from cells
    union distinct
    select organisations.taken_over_by, cells.trajectory, cells.region_code
    from cells
    inner join organisations
        on cells.organisation_id = organisations.organisation_id and cells.quarter = organisations.active_to
),

regions_filled as (
    select distinct organisation_id, trajectory, region_code, quarter, true as has_cells from cells
),

trajectories_delivered as (
    select organisation_id, trajectory, quarter, quarter_index from groups_delivered where measure_group = 'core'
)

select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    trajectories_delivered.quarter_index,
    coalesce(regions_filled.has_cells, false) as has_cells
from trajectories_delivered
inner join regions_served using (organisation_id, trajectory)
left join regions_filled using (organisation_id, trajectory, region_code, quarter)
