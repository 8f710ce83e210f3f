with

closings as (select * from {{ ref('stg_submissions__year_closings') }}),

kept as (select * from {{ ref('stg_submissions__year_deliveries') }}),

deliveries as (select * from {{ ref('stg_submissions__deliveries') }}),

in_force as (
    select receipt, organisation_id, quarter, version, cells_sha256
    from {{ ref('int_deliveries_in_force') }}
    inner join (select receipt, cells_sha256 from deliveries) as counted using (receipt)
),

-- by the newest closing; a year looks back to the year before: who starts, and whom the counts lost
then_in_force as (
    select kept.*
    from kept
    inner join closings using (year, closed_at)
    where cast(quarter[:4] as integer) between year - 1 and year
),

now_in_force as (
    select closings.year, in_force.*
    from in_force
    inner join closings on cast(in_force.quarter[:4] as integer) between closings.year - 1 and closings.year
)

select
    year,
    organisation_id,
    quarter,
    then_in_force.receipt as closed_receipt,
    now_in_force.receipt,
    now_in_force.version
from then_in_force
full outer join now_in_force using (year, organisation_id, quarter)
where
    then_in_force.receipt is null
    or now_in_force.receipt is null
    or then_in_force.cells_sha256 is distinct from now_in_force.cells_sha256
