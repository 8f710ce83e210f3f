with

totals as (select * from {{ ref('int_regions_totalled') }}),

periods as ({{ periods_of('year') }}),

regions as (select * from {{ ref('stg_reference__regions') }})

select
    period,
    period_start,
    region_code,
    region_name,
    clients_active_ips,
    clients_active_non_ips,
    clients_started_ips,
    clients_started_non_ips,
    pct_ended_with_result,
    organisations
from totals
inner join periods using (period)
inner join regions using (region_code)
where is_published
