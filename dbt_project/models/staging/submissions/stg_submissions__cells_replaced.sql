with

in_force as (select * from {{ ref('stg_submissions__deliveries') }}),

deliveries as (select * from {{ source('submissions', 'deliveries') }}),

cells as (select * from {{ source('submissions', 'cells') }}),

replaced as (
    select deliveries.receipt, organisation_id, quarter, in_force.receipt as replaced_by
    from deliveries
    inner join in_force using (organisation_id, quarter)
    where deliveries.receipt < in_force.receipt
),

-- who took a quarter back began anew
withdrawn as (
    select organisation_id, quarter, max(receipt) as receipt
    from replaced
    where receipt in (select receipt from cells where measure = 'declaration' and category = 'withdrawn')
    group by all
)

select
    replaced.receipt,
    organisation_id,
    quarter,
    cells.region_code,
    cells.trajectory,
    cells.measure,
    cells.breakdown,
    cells.category,
    cast(cells.clients as bigint) as clients
from replaced
inner join cells on replaced.receipt = cells.receipt
left join withdrawn using (organisation_id, quarter)
where cells.measure <> 'declaration' and replaced.receipt > coalesce(withdrawn.receipt, 0)
