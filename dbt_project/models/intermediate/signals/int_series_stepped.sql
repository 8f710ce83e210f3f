{#- what a percentage is taken of; a count is about itself -#}
{%- set bases = quarterly_indicators() | selectattr('numerator', 'defined') | list %}
with

changes as (
    select *, scope as trajectory
    from {{ ref('int_changes_measured') }}
    inner join {{ ref('int_series_listed') }} using (series)
    inner join {{ ref('int_periods_compared') }} using (comparison, period)
    where sign = 1 and comparison = 'previous_quarter' and organisation_id = 'all' and breakdown = '' and scope not in (select scope from {{ ref('int_scopes_listed') }} where is_total and scope <> 'all')
),

shares_matched as (select * from {{ ref('int_shares_matched') }}),

categories_compared as (select * from {{ ref('int_categories_compared') }}),

watched as (
    select
        *,
        case measure
            {%- for share in bases %}
            when '{{ share.measure }}' then '{{ share.denominator }}'
            {%- endfor %}
            else measure
        end as base
    from changes
    where measure in ('{{ watched_measures() | join("', '") }}')
),

-- coverage: the part of the clients whose organisations delivered both quarters
measures as (
    select
        watched.period,
        watched.period_start,
        region_code,
        trajectory,
        watched.measure,
        '' as breakdown,
        '' as category,
        watched.value,
        watched.compared_value,
        coalesce(watched.like_for_like_value, shares_matched.like_for_like_value) as like_for_like_value,
        coalesce(watched.like_for_like_compared_value, shares_matched.like_for_like_compared_value) as like_for_like_compared_value,
        bases.value as size,
        clients.like_for_like_value / nullif(clients.value, 0) as coverage
    from watched
    left join shares_matched using (period, region_code, trajectory, measure)
    inner join changes as bases using (period, region_code, trajectory)
    inner join changes as clients using (period, region_code, trajectory)
    where bases.measure = watched.base and clients.measure = 'clients_active'
)

select * from measures
union all by name
select
    * exclude (like_for_like_size),
    'all' as region_code,
    like_for_like_size / nullif(size, 0) as coverage
from categories_compared
