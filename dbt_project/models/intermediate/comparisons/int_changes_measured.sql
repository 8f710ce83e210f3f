with

periods_compared as (select * from {{ ref('int_periods_compared') }}),

periods_comparable as (select * from {{ ref('int_periods_comparable') }}),

measures as (select * from {{ ref('int_measures_totalled') }}),

explained as (select * from {{ ref('int_changes_explained') }}),

-- a row where either of the two is published; what the other holds there is then said, 0 included
compared as (
    select
        periods_compared.comparison,
        periods_compared.period_type,
        periods_compared.period,
        periods_compared.period_start,
        periods_compared.compared_period,
        measures.region_code,
        measures.trajectory,
        measures.measure,
        {{ both_sides('measures.value') }}
    from periods_compared
    inner join measures on periods_compared.measured_period = measures.period
    group by all
    having bool_or(measures.is_published)
),

-- nobody there is 0 organisations, once the trajectory is registered
counted as (
    select
        compared.* replace (
            case when measure = 'organisations' and is_registered then coalesce(value, 0) else value end as value,
            case when measure = 'organisations' and was_registered then coalesce(compared_value, 0) else compared_value end as compared_value
        ),
        periods_comparable.* exclude (comparison, period, trajectory, is_registered, was_registered),
        starts_with(measure, 'pct_') as is_percentage,
        not starts_with(measure, 'pct_') and measure <> 'organisations' as is_count
    from compared
    inner join periods_comparable using (comparison, period, trajectory)
),

changed as (
    select
        *,
        case when is_comparable then value - compared_value end as change,
        is_comparable and is_count and coalesce(value, compared_value) is not null as is_explained
    from counted
)

select
    comparison,
    period_type,
    period,
    changed.period_start,
    changed.compared_period,
    changed.period_status,
    changed.compared_period_status,
    region_code,
    trajectory,
    measure,
    changed.value,
    changed.compared_value,
    changed.change,
    case when changed.is_percentage then changed.change end as change_points,
    {{ change_pct('changed.change', 'changed.compared_value') }} as change_pct_of_previous,
    {{ change_pct('changed.change', 'changed.value') }} as change_pct_of_current,
    {%- for side in ['value', 'compared_value'] %}
    case when changed.is_comparable then explained.like_for_like_{{ side }} end as like_for_like_{{ side }},
    {%- endfor %}
    case when changed.is_comparable
            then explained.like_for_like_value - explained.like_for_like_compared_value
    end as like_for_like_change,
    case when changed.is_count then case when changed.is_comparable then coalesce(explained.pairs, 0) else 0 end end as pairs,
    {%- for presence in ['present_in_both', 'newly_known', 'no_longer_known'] %}
    case when changed.is_explained then coalesce(explained.change_{{ presence }}, 0) end as change_{{ presence }},
    {%- endfor %}
    changed.not_comparable_reason
from changed
left join explained using (comparison, period, region_code, trajectory, measure)
