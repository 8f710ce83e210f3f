with

totals as (select * from {{ ref('int_regions_totalled') }}),

-- without an organisation a region has no numbers, not even 0
present as (select * from totals where organisations > 0),

regions as (select * from {{ ref('stg_reference__regions') }}),

comparable as (
    select * from {{ ref('int_periods_comparable') }} where comparison = 'previous_year' and trajectory = 'all'
),

years as (select distinct period, cast(cast(period as integer) - 1 as varchar) as compared_period from totals)

-- every region in every year, so that a region without numbers is listed too
select
    period,
    years.compared_period,
    region_code,
    coalesce(present.organisations, 0) as organisations,
    coalesce(compared.organisations, 0) as compared_organisations,
    present.clients_ended
    {%- for measure in ['clients_active', 'clients_started', 'pct_ended_with_result'] %},
    cast(present.{{ measure }} as double) as {{ measure }},
    cast(compared.{{ measure }} as double) as compared_{{ measure }}
    {%- endfor %},
    comparable.not_comparable_reason
from years
cross join regions
left join present using (period, region_code)
left join present as compared
    on years.compared_period = compared.period and regions.region_code = compared.region_code
left join comparable using (period)
