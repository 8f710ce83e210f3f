with

paired as (select * rename (scope as trajectory) from {{ ref('int_series_paired') }}),

periods_comparable as (select * from {{ ref('int_periods_comparable') }}),

explained as (select * from {{ ref('int_changes_explained') }}),

pairs_counted as (select * from {{ ref('int_pairs_counted') }}),

standing as (select * from {{ ref('int_scopes_standing') }}),

changed as (
    select
        paired.*,
        later.period_status,
        earlier.period_status as compared_period_status,
        periods_comparable.is_comparable,
        periods_comparable.not_comparable_reason,
        unit = 'percent' as is_percentage,
        unit <> 'percent' and measure <> 'organisations' as is_count,
        case when is_comparable then value - compared_value end as change,
        is_comparable and is_count and coalesce(value, compared_value) is not null as is_explained,
        case when is_comparable then coalesce(pairs_counted.pairs, 0) else 0 end as pairs,
        is_comparable and is_count and paired.organisation_id = 'all' and coalesce(pairs_counted.is_registered, false) as is_like_for_like
    from paired
    inner join periods_comparable using (comparison, period, trajectory)
    inner join standing as later
        on paired.period = later.period and paired.organisation_id = later.organisation_id and paired.trajectory = later.scope
    inner join standing as earlier
        on paired.compared_period = earlier.period and paired.organisation_id = earlier.organisation_id and paired.trajectory = earlier.scope
    left join pairs_counted
        on paired.comparison = pairs_counted.comparison
        and paired.period = pairs_counted.period
        and paired.trajectory = pairs_counted.trajectory
        and paired.region_code = pairs_counted.region_code
        and paired.breakdown = pairs_counted.breakdown
        -- the clients of a half-year or year have a name of their own
        and case when paired.measure = 'clients_active' and period_type <> 'quarter' then 'clients_active' else paired.known_as end = pairs_counted.known_as
)

-- an organisation by itself is not compared like for like
select
    changed.* exclude (is_comparable, not_comparable_reason, is_percentage, is_count, is_explained, is_like_for_like, pairs),
    case when changed.is_percentage then changed.change end as change_points,
    {{ change_pct('changed.change', 'changed.compared_value') }} as change_pct_of_previous,
    {{ change_pct('changed.change', 'changed.value') }} as change_pct_of_current,
    {%- for side in ['value', 'compared_value'] %}
    case when changed.is_like_for_like then coalesce(explained.like_for_like_{{ side }}, 0) end as like_for_like_{{ side }},
    {%- endfor %}
    case when changed.is_like_for_like
            then coalesce(explained.like_for_like_value, 0) - coalesce(explained.like_for_like_compared_value, 0)
    end as like_for_like_change,
    case when changed.is_count and changed.organisation_id = 'all' then changed.pairs end as pairs,
    {%- for presence in ['present_in_both', 'newly_known', 'no_longer_known'] %}
    case when changed.is_explained then coalesce(explained.change_{{ presence }}, 0) end as change_{{ presence }},
    {%- endfor %}
    changed.not_comparable_reason
from changed
left join explained using (comparison, period, region_code, organisation_id, trajectory, measure, breakdown, category)
