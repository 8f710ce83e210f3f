with

cells as (select * from {{ ref('int_cells_in_force') }}),

regions_served as (
    select distinct organisation_id, quarter, region_code from cells
),

deliveries as (
    select
        organisation_id,
        quarter,
        lag(quarter) over (partition by organisation_id order by quarter) as last_quarter
    from (select distinct organisation_id, quarter from regions_served)
)

select
    deliveries.organisation_id,
    deliveries.quarter,
    deliveries.last_quarter,
    count(*) as regions,
    count(*) filter (where served_before.region_code is null) as regions_new
from deliveries
inner join regions_served using (organisation_id, quarter)
left join regions_served as served_before
    on deliveries.organisation_id = served_before.organisation_id
    and deliveries.last_quarter = served_before.quarter
    and regions_served.region_code = served_before.region_code
where deliveries.last_quarter is not null
group by all
