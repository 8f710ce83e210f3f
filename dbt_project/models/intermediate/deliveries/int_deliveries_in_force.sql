with

deliveries as (select * from {{ ref('stg_submissions__deliveries') }}),

cells as (select * from {{ ref('stg_submissions__cells') }}),

withdrawals as (
    select distinct receipt from cells where measure = 'declaration' and category = 'withdrawn'
),

in_force as (
    select *
    from deliveries
    where is_deferred is distinct from true
    qualify row_number() over (partition by organisation_id, quarter order by receipt desc) = 1
)

select
    in_force.receipt,
    in_force.organisation_id,
    in_force.quarter,
    in_force.version,
    in_force.landed_at,
    withdrawals.receipt is not null as is_withdrawn
from in_force
left join withdrawals using (receipt)
