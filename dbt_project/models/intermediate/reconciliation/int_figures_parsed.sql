with

figures as (select * from {{ ref('stg_reports__figures') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

-- "of" names what a change is a change of, "vs" the period that it is compared with
parsed as (
    select
        *,
        coalesce({{ register_part(['of']) }}, measure) as quantity,
        case
            when breakdown like '%mean_per_half_year%' then 'mean_change'
            when measure like 'change%' then measure
            else 'value'
        end as operation,
        {{ register_period(register_part(['vs'])) }} as compared_period,
        nullif(regexp_extract(breakdown, '(?:^|;)(funding|type|stage|outflow|duration|time)=', 1), '') as dimension,
        {{ register_part(['funding', 'type', 'stage', 'outflow', 'duration', 'time']) }} as published_category,
        {{ register_part(['bound']) }} as bound,
        {{ register_period("nullif(split_part(period, '-', 1), '')") }} as first_period,
        {{ register_period("nullif(split_part(period, '-', -1), '')") }} as last_period,
        case geography when 'NL' then 'national' when 'smallest regions' then 'smallest_region' else 'region' end as level
    from figures
)

select
    figure_id,
    source,
    locator,
    regexp_replace(period, '([QH])', '-\1', 'g') as period,
    first_period,
    last_period,
    case when operation = 'mean_change' then first_period else compared_period end as compared_period,
    level,
    geography as published_geography,
    regions.region_code,
    trajectory as scope,
    breakdown as published_breakdown,
    measure as published_measure,
    quantity,
    operation,
    dimension,
    published_category,
    bound,
    try_cast(value as double) as published_value,
    cast(length(split_part(coalesce(value, ''), '.', 2)) as integer) as decimals,
    unit,
    derived,
    wording,
    note
from parsed
left join regions on parsed.level = 'region' and replace(parsed.geography, ' & ', ' en ') = regions.region_name
