with

identified as (select * from {{ ref('int_findings_identified') }}),

files as (select * from {{ ref('int_files_standing') }}),

rules as (select * from {{ ref('stg_reference__rules') }}),

acknowledgements as (select * from {{ ref('stg_submissions__acknowledgements') }}),

organisations as (select * from {{ ref('stg_reference__organisations') }}),

quarters as (select * from {{ ref('stg_reference__quarters') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }})

select
    identified.finding_id,
    identified.quarter as period,
    quarters.first_day as period_start,
    identified.organisation_id,
    organisations.organisation_name,
    identified.region_code,
    regions.region_name,
    identified.trajectory,
    trajectories.trajectory_name,
    identified.receipt,
    files.file_name,
    identified.file_status,
    files.landed_at,
    identified.location,
    identified.rule,
    identified.level,
    coalesce(identified.found, {{ told('rules.found') }}) as found,
    coalesce(identified.expected, {{ told('rules.expected') }}) as expected,
    coalesce(identified.message, {{ told('rules.message') }}) as message,
    -- nobody can close an error; nothing is asked about an info
    case
        when identified.level = 'info' then 'counted'
        when acknowledgements.finding_id is not null then 'acknowledged'
        else 'open'
    end as status,
    acknowledgements.reason,
    acknowledgements.acknowledged_by,
    acknowledgements.acknowledged_at
from identified
inner join files using (receipt)
inner join rules using (rule)
left join acknowledgements
    on identified.finding_id = acknowledgements.finding_id
    and identified.level = 'warning'
    and identified.file_status = 'accepted'
left join organisations on identified.organisation_id = organisations.organisation_id
left join quarters on identified.quarter = quarters.quarter
left join regions on identified.region_code = regions.region_code
left join trajectories on identified.trajectory = trajectories.trajectory
