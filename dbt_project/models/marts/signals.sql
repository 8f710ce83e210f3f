with

judged as (select * from {{ ref('int_series_judged') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

-- a series can say more than one thing in a quarter: one row each
signalled as (
    select
        *,
        unnest(list_filter([
            case when run_quarters >= {{ var('signal_run', 3) }} and step > 0 then 'rising' end,
            case when run_quarters >= {{ var('signal_run', 3) }} and step < 0 then 'falling' end,
            case when abs(distance_from_history) > {{ var('signal_distance', 3.5) }} then 'outlier' end,
            case when abs(change_from_history) > {{ var('signal_distance', 3.5) }} then 'break' end
        ], lambda signal: signal is not null)) as signal
    from judged
)

select
    period,
    period_start,
    {{ named_level() }},
    measure,
    nullif(breakdown, '') as breakdown,
    nullif(category, '') as category,
    signal,
    -- noise in small numbers and another set of reporters are no news
    case
        when size < {{ var('signal_minimum', 30) }} then 'kleine aantallen'
        when coverage is null or coverage < {{ var('signal_coverage', 0.8) }} then 'andere leveranciers'
        when change * like_for_like_change < 0 then 'andere leveranciers'
        else 'nieuws'
    end as reading,
    cast(value as double) as value,
    cast(compared_value as double) as compared_value,
    cast(change as double) as change,
    cast(like_for_like_change as double) as like_for_like_change,
    cast(case when signal in ('rising', 'falling') then run_quarters end as bigint) as run_quarters,
    cast(case signal when 'outlier' then distance_from_history when 'break' then change_from_history end as double) as distance,
    cast(size as double) as size,
    cast(100.0 * coverage as double) as coverage_pct
from signalled
left join regions using (region_code)
left join trajectories using (trajectory)
