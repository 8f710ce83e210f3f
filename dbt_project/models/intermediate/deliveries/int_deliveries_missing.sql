with

expected as (select * from {{ ref('int_deliveries_expected') }}),

deliveries as (select * from {{ ref('int_deliveries_in_force') }} where not is_withdrawn),

files as (select * from {{ ref('int_files_standing') }}),

silent as (
    select organisation_id, quarter, string_agg(trajectory, ', ' order by trajectory) as trajectories
    from expected
    where not is_delivered
    group by all
),

rejected as (
    select distinct organisation_id, quarter
    from files
    anti join deliveries using (organisation_id, quarter)
    where status = 'rejected' and organisation_id is not null and quarter is not null
)

select
    organisation_id,
    quarter,
    silent.trajectories,
    rejected.quarter is not null as is_rejected
from silent
full join rejected using (organisation_id, quarter)
