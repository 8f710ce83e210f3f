with

totals as (select * from {{ ref('int_regions_totalled') }} where organisations > 0),

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
    region_code,
    regions.region_name,
    totals.clients_active_ips,
    totals.clients_active_non_ips,
    totals.clients_started_ips,
    totals.clients_started_non_ips,
    totals.pct_ended_with_result,
    totals.organisations,
    quarters_covered.quarters,
    statuses.period_status,
    year_statuses.year_status
from totals
inner join periods using (period)
inner join regions using (region_code)
left join quarters_covered using (period)
left join statuses using (period)
left join year_statuses using (period)
