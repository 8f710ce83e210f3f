with

at_the_door as (
    select findings.*, files.organisation_id, files.quarter, files.status as file_status
    from {{ ref('stg_submissions__findings') }} as findings
    inner join {{ ref('int_files_standing') }} as files using (receipt)
),

across_quarters as (
    select located.*, rules.level, 'accepted' as file_status
    from {{ ref('int_findings_across_quarters_located') }} as located
    inner join {{ ref('stg_reference__rules') }} as rules using (rule)
),

collected as (
    select * from at_the_door
    union all by name
    select * from across_quarters
)

select
    *,
    {{ finding_id() }} as finding_id
from collected
