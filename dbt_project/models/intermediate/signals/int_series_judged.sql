{#- so many clients, and so much of what was: of a percentage the clients that its points stand for, and its points -#}
{%- set is_enough -%}
    case
            when is_percentage then abs(CHANGE) / 100.0 * size > above_change and abs(CHANGE) > above_pct
            else abs(CHANGE) > above_change and 100.0 * abs(CHANGE) > above_pct * BEFORE
        end
{%- endset %}
with

-- counts by the same reporters; a percentage has no like for like
series as ( -- noqa: ST03
    select
        *,
        case when is_percentage then change else like_for_like_change end as judged_change,
        {{ is_enough | replace('CHANGE', 'change') | replace('BEFORE', 'compared_value') }} as is_change,
        {{ is_enough | replace('CHANGE', 'judged_change') | replace('BEFORE', 'like_for_like_compared_value') }} as is_judged_change
    from {{ ref('int_series_stepped') }}
),

-- a run goes on while the number moves the same way from quarter to quarter; an unknown step ends it
turned as (
    select
        *,
        sign(judged_change) as step,
        sign(judged_change) is distinct from lag(sign(judged_change)) over in_time -- noqa: AL05
        or compared_period is distinct from lag(period) over in_time as is_turn,
        count(judged_change) over before as steps_before,
        max(abs(judged_change)) over before as largest_before
    from series
    window
        in_time as (partition by series order by period),
        before as (partition by series order by period rows between unbounded preceding and 1 preceding)
),

numbered as ( -- noqa: ST03
    select *, count(*) filter (where is_turn) over (partition by series order by period) as run
    from turned
),

judged as (
    select
        * exclude (is_turn, run, steps_before, largest_before),
        case when step <> 0 then row_number() over (partition by series, run order by period) end as run_quarters,
        steps_before >= 4 and abs(judged_change) > largest_before as is_largest,
        case
            when size <= above_size then 'kleine aantallen'
            when coverage_pct is null or coverage_pct < least_known_pct then 'andere leveranciers'
            when is_change is distinct from is_judged_change or change * judged_change < 0 then 'andere leveranciers'
            when not is_change then 'kleine verandering'
            else 'nieuws'
        end as reading
    from numbered
    where change <> 0
)

-- the clients that a change is about, beside what a number of its size moves by itself
select
    *,
    case when reading = 'nieuws' then abs(judged_change) * case when is_percentage then size / 100.0 else 1 end / sqrt(size) end as score
from judged
