with

expected as (select * from {{ ref('int_deliveries_expected') }}),

delivered as (
    select * from {{ ref('int_groups_delivered') }} where measure_group = 'core'
),

deliveries as (select * from {{ ref('int_deliveries_in_force') }}),

not_offered as (select * from {{ ref('int_declarations_in_force') }}),

landed as (select * from {{ ref('int_trajectories_landed') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

-- nothing can be delivered before the quarter has ended
quarters as (
    select * from {{ ref('stg_reference__quarters') }}
    where first_day + interval 3 month <= (select today from run_context)
),

files as (
    select
        organisation_id,
        quarter,
        count(*) filter (where status = 'rejected') as files_rejected,
        count(*) filter (where status = 'held') as files_held
    from {{ ref('int_files_standing') }}
    where organisation_id is not null and quarter is not null
    group by all
),

with_trajectory as (
    select organisation_id, quarter, trajectory from expected
    union
    select organisation_id, quarter, trajectory from delivered
    union
    select organisation_id, quarter, trajectory from not_offered
),

-- of a first delivery that was refused or withdrawn, no trajectory is known
everything as (
    select * from with_trajectory
    union all
    select organisation_id, quarter, null from (from files anti join with_trajectory using (organisation_id, quarter))
)

select
    organisation_id,
    quarter,
    everything.trajectory,
    expected.quarter is not null as is_expected,
    delivered.quarter is not null as is_delivered,
    not_offered.declaration is not null as is_not_offered,
    coalesce(deliveries.is_withdrawn, false) as is_withdrawn,
    deliveries.version,
    case when delivered.quarter is not null then landed.first_landed_on <= quarters.deadline end as on_time,
    coalesce(files.files_rejected, 0) as files_rejected,
    coalesce(files.files_held, 0) as files_held
from everything
inner join quarters using (quarter)
left join expected using (organisation_id, quarter, trajectory)
left join delivered using (organisation_id, quarter, trajectory)
left join not_offered using (organisation_id, quarter, trajectory)
left join landed using (organisation_id, quarter, trajectory)
left join deliveries using (organisation_id, quarter)
left join files using (organisation_id, quarter)
