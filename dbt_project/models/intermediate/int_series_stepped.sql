with

changes as (select * from {{ ref('changes') }} where comparison = 'previous_quarter'),

matched as (select * from {{ ref('int_series_matched') }}),

categories as (select * from {{ ref('breakdown_quarterly_national') }}),

categories_matched as (select * from {{ ref('int_categories_matched') }}),

-- how many clients a series is about, all of them and those of whoever delivered both quarters
sizes as (
    select
        period,
        coalesce(region_code, 'all') as region_code,
        trajectory,
        value as size,
        like_for_like_value as like_for_like_size
    from changes
    where measure = 'clients_active'
),

measures as (
    select
        changes.period,
        changes.period_start,
        coalesce(changes.region_code, 'all') as region_code,
        changes.trajectory,
        changes.measure,
        '' as breakdown,
        '' as category,
        changes.value,
        changes.compared_value,
        matched.like_for_like_value,
        matched.like_for_like_compared_value,
        case when starts_with(changes.measure, 'pct_') then sizes.size else changes.value end as size,
        sizes.like_for_like_size / nullif(sizes.size, 0) as coverage
    from changes
    left join matched
        on changes.period = matched.period and coalesce(changes.region_code, 'all') = matched.region_code
        and changes.trajectory = matched.trajectory and changes.measure = matched.measure
    left join sizes
        on changes.period = sizes.period and coalesce(changes.region_code, 'all') = sizes.region_code
        and changes.trajectory = sizes.trajectory
    where changes.measure in ('{{ watched_measures() | join("', '") }}')
),

by_category as (
    select
        period,
        period_start,
        'all' as region_code,
        trajectory,
        case when categories.measure = 'clients' then 'clients_active' else 'pct_paid_work' end as measure,
        breakdown,
        category,
        case when categories.measure = 'clients' then clients else pct_of_clients_in_category end as value,
        case when categories.measure = 'clients' then clients else 100.0 * clients / nullif(pct_of_clients_in_category, 0) end as size
    from categories
    where categories.measure in ('clients', 'paid_work') and breakdown in ('funding', 'type')
)

select * from measures
union all by name
select
    by_category.*,
    lag(by_category.value) over (partition by trajectory, measure, breakdown, category order by period) as compared_value,
    categories_matched.like_for_like_value,
    categories_matched.like_for_like_compared_value,
    categories_matched.like_for_like_size / nullif(by_category.size, 0) as coverage
from by_category
left join categories_matched using (period, trajectory, measure, breakdown, category)
