with

groups_delivered as (select * from {{ ref('int_groups_delivered') }}),

deliveries as (select * from {{ ref('int_deliveries_in_force') }} where not is_withdrawn),

not_offered as (select * from {{ ref('int_declarations_in_force') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

quarters as (select * from {{ ref('stg_reference__quarters') }}),

-- what was delivered in the quarter right before; silence about a whole quarter is a missing delivery, not a finding on one
delivered_before as (
    select
        groups_delivered.organisation_id,
        groups_delivered.trajectory,
        groups_delivered.measure_group,
        groups_delivered.quarter as last_quarter,
        quarters.quarter
    from groups_delivered
    inner join quarters on quarters.quarter_index = groups_delivered.quarter_index + 1
    inner join deliveries
        on groups_delivered.organisation_id = deliveries.organisation_id and quarters.quarter = deliveries.quarter
),

asked as (
    select distinct quarters.quarter, dictionary.trajectory, dictionary.measure_group
    from dictionary
    inner join quarters on {{ within('quarters.quarter', 'dictionary.valid_from', 'dictionary.valid_to') }}
)

select
    delivered_before.organisation_id,
    delivered_before.trajectory,
    delivered_before.measure_group,
    delivered_before.quarter,
    delivered_before.last_quarter,
    still.quarter is null as is_absent
from delivered_before
inner join asked using (trajectory, measure_group, quarter)
left join not_offered using (organisation_id, trajectory, quarter)
left join groups_delivered as still using (organisation_id, trajectory, measure_group, quarter)
left join groups_delivered as core
    on delivered_before.organisation_id = core.organisation_id
    and delivered_before.trajectory = core.trajectory
    and delivered_before.quarter = core.quarter
    and core.measure_group = 'core'
-- a trajectory that is gone is said once, not of each of its groups
where not_offered.declaration is null and (delivered_before.measure_group = 'core' or core.quarter is not null)
