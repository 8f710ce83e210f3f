with

stocks as (select * from {{ ref('int_stocks_unpivoted') }}),

taken_over as (select * from {{ ref('int_stocks_taken_over') }}),

-- only quarters in which the group was delivered have a row, so the row before is the last delivery of it
with_last as (
    select
        *,
        lag(size) over earlier as last_size,
        lag(quarter_index) over earlier as last_quarter_index,
        quarter_index - lag(quarter_index) over earlier as quarters_since_last
    from stocks
    window earlier as (partition by organisation_id, region_code, trajectory, stock order by quarter_index)
),

{%- set keys = 'organisation_id, region_code, trajectory, stock' %}

-- what was taken over since then is no difference
taken_over_since as (
    select {{ keys }}, with_last.quarter, sum(taken_over.size) as size_taken_over
    from with_last
    inner join taken_over using ({{ keys }})
    where taken_over.quarter_index between with_last.last_quarter_index and with_last.quarter_index - 1
    group by all
),

differences as (
    select
        *,
        case
            when quarters_since_last <= 4
                then (size - last_size - coalesce(size_taken_over, 0)) - (inflow - outflow)
        end as difference
    from with_last
    left join taken_over_since using ({{ keys }}, quarter)
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
