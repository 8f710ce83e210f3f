with

files as (select * from {{ ref('stg_submissions__files') }}),

deliveries as (select * from {{ ref('int_deliveries_in_force') }}),

deferred as (select * from {{ ref('stg_submissions__deliveries') }} where is_deferred)

-- an accepted delivery settles all that was sent for its organisation and quarter before
select
    files.receipt,
    files.file_name,
    files.organisation_id,
    files.quarter,
    files.landed_at,
    files.status
from files
anti join deferred using (receipt)
left join deliveries using (organisation_id, quarter)
where files.receipt >= coalesce(deliveries.receipt, 0)
