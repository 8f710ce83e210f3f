with

listed as (select * from {{ ref('stg_reference__organisations') }}),

delivered as (select distinct organisation_id from {{ ref('int_groups_delivered') }})

select
    organisation_id,
    listed.organisation_name,
    listed.active_from,
    listed.active_to,
    listed.organisation_name is not null as is_listed
from listed
full join delivered using (organisation_id)
