with

paired as (select *, {{ pairing_number() }} as pairing from {{ ref('int_series_paired') }}),

series_listed as (
    select *, unit = 'percent' as is_percentage, unit <> 'percent' and measure <> 'organisations' as is_count
    from {{ ref('int_series_listed') }}
),

periods_comparable as (select * from {{ ref('int_periods_comparable') }}),

explained as (select *, {{ pairing_number() }} as pairing from {{ ref('int_changes_explained') }}),

pairs_counted as (select *, {{ pairing_number() }} as pairing from {{ ref('int_pairs_counted') }}),

changed as (
    select
        paired.*,
        series_listed.is_percentage,
        series_listed.is_count,
        series_listed.organisation_id,
        series_listed.place,
        periods_comparable.not_comparable_reason,
        case when is_comparable then value - compared_value end as change,
        is_comparable and is_count and coalesce(value, compared_value) is not null as is_explained,
        case when is_comparable then coalesce(pairs_counted.pairs, 0) else 0 end as pairs,
        is_comparable and is_count and organisation_id = 'all' and coalesce(pairs_counted.is_registered, false) as is_like_for_like
    from paired
    inner join series_listed using (series)
    inner join periods_comparable
        on paired.comparison = periods_comparable.comparison
        and paired.period = periods_comparable.period
        and series_listed.scope = periods_comparable.trajectory
    left join pairs_counted on paired.pairing = pairs_counted.pairing and series_listed.of_whom = pairs_counted.of_whom
)

-- an organisation by itself is not compared like for like; in the order of the keys, as in int_figures_measured
select
    changed.* exclude (pairing, organisation_id, place, not_comparable_reason, is_percentage, is_count, is_explained, is_like_for_like, pairs),
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
left join explained using (pairing, series)
order by changed.comparison, changed.period, changed.place
