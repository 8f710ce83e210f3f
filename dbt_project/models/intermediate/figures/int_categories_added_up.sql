with

scopes as (select scope, trajectory from {{ ref('int_scopes_listed') }}),

quarterly as (select * from {{ ref('int_breakdowns_quarterly') }}),

rolled_up as (select * from {{ ref('int_breakdowns_rolled_up') }}),

categories_asked as (select * from {{ ref('int_categories_asked') }}),

places as (
    select distinct period, scope, region_code, is_published
    from {{ ref('int_figures_added_up') }}
    where organisation_id = 'all'
),

parts as (
    {{ of_any_period('quarterly', 'rolled_up') }}
),

added_up as (
    select
        period,
        scope,
        coalesce(region_code, 'all') as region_code,
        measure,
        breakdown,
        category,
        {{ total_estimate('parts.clients') }} as clients,
        cast(sum(clients_in_category) as double) as clients_in_category
    from parts
    inner join scopes using (trajectory)
    where breakdown <> 'total'
    group by period, scope, measure, breakdown, category, rollup (region_code)
),

-- what is asked for in the period; and clients whom no quarter counted by funding, where there are any
categories as (
    select * from categories_asked inner join places using (period, scope)
    union all by name
    select places.*, measure, breakdown, category, false as is_quarter
    from places
    inner join added_up using (period, scope, region_code)
    where measure = 'clients' and category = 'unknown'
),

filled as (
    select
        categories.*,
        added_up.clients,
        added_up.clients_in_category,
        {{ has_share() }} as has_share
    from categories
    left join added_up using (period, scope, region_code, measure, breakdown, category)
)

-- a category that those who know the breakdown lack counts 0
select
    * replace (coalesce(clients, case when count(clients) over of_the_breakdown > 0 then 0 end) as clients),
    case when has_share and count(clients) over of_the_breakdown > 0 then coalesce(sum(clients) filter (where has_share) over of_the_breakdown, 0) end as known_total
from filled
window of_the_breakdown as (partition by period, scope, region_code, measure, breakdown)
