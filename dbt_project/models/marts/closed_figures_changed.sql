with

counts_changed as (select * from {{ ref('int_year_counts_changed') }}),

statuses as (select * from {{ ref('int_year_statuses') }})

select
    cast(year as varchar) as period,
    level,
    nullif(region_code, '') as region_code,
    nullif(organisation_id, '') as organisation_id,
    trajectory,
    measure,
    nullif(breakdown, '') as breakdown,
    nullif(category, '') as category,
    closed_value,
    value,
    value - closed_value as change,
    statuses.changed_by
from counts_changed
inner join statuses using (year)
