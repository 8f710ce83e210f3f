with

series as ( -- noqa: ST03
    select
        *,
        value - compared_value as change,
        like_for_like_value - like_for_like_compared_value as like_for_like_change
    from {{ ref('int_series_stepped') }}
),

-- a run goes on while the same reporters' number moves the same way; an unknown step ends it
turned as (
    select
        *,
        sign(like_for_like_change) as step,
        sign(like_for_like_change) is distinct from lag(sign(like_for_like_change)) over series_in_time as is_turn -- noqa: AL05
    from series
    window series_in_time as (partition by region_code, trajectory, measure, breakdown, category order by period)
),

numbered as (
    select *, count(*) filter (where is_turn) over series_in_time as run
    from turned
    window series_in_time as (partition by region_code, trajectory, measure, breakdown, category order by period)
)

select
    * exclude (is_turn, run),
    case when step <> 0 then
        row_number() over (partition by region_code, trajectory, measure, breakdown, category, run order by period)
    end as run_quarters,
    {{ robust_distance('value') }} as distance_from_history,
    {{ robust_distance('like_for_like_change') }} as change_from_history
from numbered
window history as (
    partition by region_code, trajectory, measure, breakdown, category order by period
    rows between unbounded preceding and 1 preceding
)
