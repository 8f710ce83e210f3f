{%- set causes = ['present_in_both', 'newly_known', 'no_longer_known'] %}
with

periods_compared as (select * from {{ ref('int_periods_compared') }}),

parts as (select * from {{ ref('int_parts_measured') }}),

pairs_compared as (select * from {{ ref('int_pairs_compared') }}),

scopes as (select scope, trajectory, is_total and scope <> 'all' as is_group from {{ ref('int_scopes_listed') }}),

-- an unknown part counts as 0
by_trajectory as (
    select
        comparison,
        periods_compared.period,
        trajectory,
        coalesce(region_code, 'all') as region_code,
        coalesce(organisation_id, 'all') as organisation_id,
        measure,
        breakdown,
        category,
        {{ total_estimate('case when sign = 1 and is_like_for_like then value end') }} as like_for_like_value,
        {{ total_estimate('case when sign = -1 and is_like_for_like then value end') }} as like_for_like_compared_value
        {%- for cause in causes %},
        coalesce({{ total_estimate("case when presence = '" ~ cause ~ "' then sign * value end") }}, 0) as change_{{ cause }}
        {%- endfor %}
    from periods_compared
    inner join parts on periods_compared.measured_period = parts.period
    inner join pairs_compared using (comparison, organisation_id, trajectory, known_as)
    where periods_compared.period = pairs_compared.period
    group by
        grouping sets (
            (comparison, periods_compared.period, trajectory, measure, breakdown, category),
            (comparison, periods_compared.period, trajectory, measure, breakdown, category, region_code),
            (comparison, periods_compared.period, trajectory, measure, breakdown, category, organisation_id)
        )
)

select
    comparison,
    period,
    scope as trajectory,
    region_code,
    organisation_id,
    measure,
    breakdown,
    category,
    {{ series_number() }} as series
    {%- for part in ['like_for_like_value', 'like_for_like_compared_value'] %},
    {{ total_estimate(part) }} as {{ part }}
    {%- endfor %}
    {%- for cause in causes %},
    {{ total_estimate('change_' ~ cause) }} as change_{{ cause }}
    {%- endfor %}
from by_trajectory
inner join scopes using (trajectory)
where organisation_id = 'all' or (breakdown = '' and not is_group)
group by comparison, period, scope, region_code, organisation_id, measure, breakdown, category
