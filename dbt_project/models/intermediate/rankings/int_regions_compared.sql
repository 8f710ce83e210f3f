with

totals as (select * from {{ ref('int_regions_totalled') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

years as (select distinct period, cast(cast(period as integer) - 1 as varchar) as compared_period from totals)

-- every region in every year, so that a region without numbers is listed too
select
    period,
    years.compared_period,
    region_code,
    totals.clients_ended
    {%- for measure in ['clients_active', 'clients_started', 'pct_ended_with_result'] %},
    cast(totals.{{ measure }} as double) as {{ measure }},
    cast(compared.{{ measure }} as double) as compared_{{ measure }}
    {%- endfor %}
from years
cross join regions
left join totals using (period, region_code)
left join totals as compared
    on years.compared_period = compared.period and regions.region_code = compared.region_code
