with

compared as (select * from {{ ref('int_deliveries_compared') }}),

deliveries as (select * from {{ ref('int_deliveries_in_force') }}),

cells as (select * from {{ ref('int_cells_in_force') }}),

exceeding as (
    select *, found as found_value
    from compared
    where found > at_most
),

-- the cells that it is about, in the order in which they stand in the file
located as (
    select
        exceeding.rule,
        exceeding.organisation_id,
        exceeding.quarter,
        exceeding.trajectory,
        string_agg(cells.location, '; ' order by length(cells.location), cells.location) as location
    from exceeding
    inner join cells
        on exceeding.organisation_id = cells.organisation_id
        and exceeding.quarter = cells.quarter
        and exceeding.trajectory = cells.trajectory
        and exceeding.measure = cells.measure
        and exceeding.breakdown = cells.breakdown
        and coalesce(exceeding.category, cells.category) = cells.category
    group by all
)

select
    deliveries.receipt,
    exceeding.* exclude (found),
    coalesce(located.location, 'bestand') as location,
    concat_ws(
        '; ', exceeding.found_value, exceeding.last_quarter, exceeding.value, exceeding.last_value, exceeding.started,
        exceeding.missing_quarter
    ) as figures
from exceeding
inner join deliveries using (organisation_id, quarter)
left join located using (rule, organisation_id, quarter, trajectory)
