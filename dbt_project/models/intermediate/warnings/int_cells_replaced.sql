with

in_force as (select * from {{ ref('int_deliveries_in_force') }}),

deliveries as (select * from {{ ref('stg_submissions__deliveries') }}),

cells as (select * from {{ ref('stg_submissions__cells') }}),

replaced as (
    select deliveries.receipt, organisation_id, quarter
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
    cells.clients
from replaced
inner join cells on replaced.receipt = cells.receipt
left join withdrawn using (organisation_id, quarter)
where cells.measure <> 'declaration' and replaced.receipt > coalesce(withdrawn.receipt, 0)
