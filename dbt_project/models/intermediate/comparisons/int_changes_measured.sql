with

periods_compared as (select * from {{ ref('int_periods_compared') }}),

measures as (select * from {{ ref('int_measures_totalled') }}),

pairs as (select * from {{ ref('int_pairs_counted') }}),

matched as (select * from {{ ref('int_changes_matched') }}),

decomposed as (select * from {{ ref('int_changes_decomposed') }}),

-- a row where either of the two is published; what the other holds there is then said, 0 included
compared as (
    select
        periods_compared.comparison,
        periods_compared.period,
        periods_compared.period_start,
        periods_compared.compared_period,
        measures.region_code,
        measures.trajectory,
        measures.measure,
        starts_with(measures.measure, 'pct_') as is_percentage,
        {{ both_sides('measures.value') }}
    from periods_compared
    inner join measures on periods_compared.measured_period = measures.period
    group by all
    having bool_or(measures.is_published)
),

changed as (
    select
        *,
        value - compared_value as change,
        not is_percentage and measure <> 'organisations' as is_count
    from compared
)

select
    comparison,
    period,
    changed.period_start,
    changed.compared_period,
    region_code,
    trajectory,
    measure,
    changed.value,
    changed.compared_value,
    changed.change,
    case when changed.is_percentage then changed.change end as change_points,
    {{ change_pct('changed.change', 'changed.compared_value') }} as change_pct_of_previous,
    {{ change_pct('changed.change', 'changed.value') }} as change_pct_of_current,
    matched.like_for_like_value,
    matched.like_for_like_compared_value,
    matched.like_for_like_value - matched.like_for_like_compared_value as like_for_like_change,
    case when changed.is_count then coalesce(pairs.pairs, 0) end as pairs,
    {%- for presence in ['present_in_both', 'newly_delivering', 'no_longer_delivering'] %}
    case when changed.change is not null then decomposed.change_{{ presence }} end as change_{{ presence }}{{ ',' if not loop.last }}
    {%- endfor %}
from changed
left join pairs using (comparison, period, region_code, trajectory)
left join matched using (comparison, period, region_code, trajectory, measure)
left join decomposed using (comparison, period, region_code, trajectory, measure)
