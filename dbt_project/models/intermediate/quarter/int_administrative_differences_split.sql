with

stocks as (select * from {{ ref('int_stocks_unpivoted') }}),

-- only quarters in which the group was delivered have a row, so the row before is the last delivery of it
with_last as (
    select
        *,
        lag(size) over earlier as last_size,
        quarter_index - lag(quarter_index) over earlier as quarters_since_last
    from stocks
    window earlier as (partition by organisation_id, region_code, trajectory, stock order by quarter_index)
),

differences as (
    select
        *,
        case when quarters_since_last <= 4 then (size - last_size) - (inflow - outflow) end as difference
    from with_last
)

select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    quarter_index,
    stock,
    size,
    inflow,
    outflow,
    coalesce(quarters_since_last = 1, false) as follows_directly,
    {{ floored('difference') }} as lost,
    {{ floored('-difference') }} as left_uncounted
from differences
