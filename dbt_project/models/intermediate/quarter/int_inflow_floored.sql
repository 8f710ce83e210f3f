with

inflow as (select * from {{ ref('int_inflow_derived') }}),

by_region as (
    select
        trajectory,
        quarter,
        region_code,
        {{ total('clients_started') }} as clients_started,
        {{ total('started_signed') }} as started_signed
    from inflow
    group by all
)

select
    trajectory,
    quarter,
    {{ total('clients_started') }} as clients_started,
    {{ total('started_signed') }} as started_signed,
    {{ total(floored('started_signed')) }} as started_floored_by_region,
    {{ floored(total('started_signed')) }} as started_floored_nationally
from by_region
group by all
