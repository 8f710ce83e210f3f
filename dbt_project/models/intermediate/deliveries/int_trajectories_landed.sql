with

deliveries as (select * from {{ ref('stg_submissions__deliveries') }}),

cells as (select * from {{ ref('stg_submissions__cells') }}),

trajectories_sent as (
    select distinct receipt, trajectory from cells where measure = 'clients'
)

select
    deliveries.organisation_id,
    deliveries.quarter,
    trajectories_sent.trajectory,
    cast(min(timezone('Europe/Amsterdam', timezone('UTC', deliveries.landed_at))) as date) as first_landed_on
from deliveries
inner join trajectories_sent using (receipt)
group by all
