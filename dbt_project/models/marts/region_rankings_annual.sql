with

ranked as (select * from {{ ref('int_regions_ranked') }}),

periods as ({{ periods_of('year') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

quarters_covered as (
    select * from {{ ref('int_quarters_covered') }} where measure_group = 'core' and trajectory is null
),

statuses as (select * from {{ ref('int_period_statuses') }} where trajectory is null),

year_statuses as (select cast(year as varchar) as period, year_status from {{ ref('int_year_statuses') }})

select
    period,
    periods.period_start,
    ranking,
    region_code,
    regions.region_name,
    ranked.* exclude (period, compared_period, ranking, region_code),
    quarters_covered.quarters,
    compared_covered.quarters as compared_quarters,
    statuses.period_status,
    case when compared_covered.quarters is not null then compared_statuses.period_status end as compared_period_status,
    year_statuses.year_status
from ranked
inner join periods using (period)
inner join regions using (region_code)
left join quarters_covered using (period)
left join quarters_covered as compared_covered on ranked.compared_period = compared_covered.period
left join statuses using (period)
left join statuses as compared_statuses on ranked.compared_period = compared_statuses.period
left join year_statuses using (period)
