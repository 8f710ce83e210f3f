with

cells as (select * from {{ ref('int_cells_in_force') }}),

cells_replaced as (select * from {{ ref('int_cells_replaced') }}),

deliveries as (select * from {{ ref('int_deliveries_in_force') }}),

not_offered as (select * from {{ ref('int_declarations_in_force') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

year_closings as (select * from {{ ref('stg_submissions__year_closings') }}), -- noqa: ST03

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

-- what an earlier version held, with the clients in the newest that held it; who withdraws or declares has said so
replaced as (
    select
        cells_replaced.organisation_id,
        cells_replaced.quarter,
        cells_replaced.receipt,
        cells_replaced.region_code,
        cells_replaced.trajectory,
        dictionary.measure_group,
        sum(cells_replaced.clients) filter (where cells_replaced.measure = 'clients' and cells_replaced.breakdown = 'funding')
            as clients
    from cells_replaced
    inner join dictionary using (trajectory, measure, breakdown, category)
    inner join deliveries
        on cells_replaced.organisation_id = deliveries.organisation_id
        and cells_replaced.quarter = deliveries.quarter
        and not deliveries.is_withdrawn
    left join not_offered
        on cells_replaced.organisation_id = not_offered.organisation_id
        and cells_replaced.quarter = not_offered.quarter
        and cells_replaced.trajectory = not_offered.trajectory
    where not_offered.declaration is null
    group by all
),

now_there as (
    select distinct organisation_id, quarter, region_code, trajectory, measure_group
    from cells
    inner join dictionary using (trajectory, measure, breakdown, category)
),

trajectories_there as (select distinct organisation_id, quarter, trajectory from now_there),

regions_there as (select distinct organisation_id, quarter, trajectory, region_code from now_there),

groups_there as (select distinct organisation_id, quarter, trajectory, measure_group from now_there),

compared as (
    -- a trajectory that is gone is said once, not of each of its regions and groups
    select
        'W212' as rule, organisation_id, quarter, trajectory, 'core' as measure_group,
        there.trajectory is null as is_odd, sum(clients) as last_value
    from (
        select organisation_id, quarter, trajectory, region_code, max_by(clients, receipt) as clients
        from replaced
        where measure_group = 'core'
        group by all
    )
    left join trajectories_there as there using (organisation_id, quarter, trajectory)
    group by all
    union all by name
    select
        'W211' as rule, organisation_id, quarter, trajectory, region_code,
        there.region_code is null as is_odd, max_by(clients, receipt) as last_value
    from replaced
    inner join trajectories_there using (organisation_id, quarter, trajectory)
    left join regions_there as there using (organisation_id, quarter, trajectory, region_code)
    where measure_group = 'core'
    group by all
    union all by name
    select distinct
        'W213' as rule, organisation_id, quarter, trajectory, measure_group,
        there.measure_group is null as is_odd
    from replaced
    inner join trajectories_there using (organisation_id, quarter, trajectory)
    left join groups_there as there using (organisation_id, quarter, trajectory, measure_group)
    where measure_group <> 'core'
    union all by name
    select
        'W209' as rule, organisation_id, quarter,
        landed_at > closed_at and year is distinct from (select closing_year from run_context) as is_odd
    from deliveries
    inner join year_closings on year_closings.year = cast(substr(deliveries.quarter, 1, 4) as integer)
)

select
    rule,
    organisation_id,
    quarter,
    quarter as last_quarter,
    trajectory,
    region_code,
    measure_group,
    cast(is_odd as bigint) as found,
    0 as at_most,
    cast(last_value as bigint) as last_value
from compared
