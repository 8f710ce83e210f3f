with

figures as (select * from {{ ref('int_figures_parsed') }} where dimension is not null),

scopes as (select scope, trajectory from {{ ref('int_scopes_listed') }}),

quarterly as (select * from {{ ref('int_breakdowns_quarterly') }}),

rolled_up as (select * from {{ ref('int_breakdowns_rolled_up') }}),

periods_asked as (
    select last_period as period from figures
    union
    select compared_period from figures
),

parts as (
    {{ of_any_period('quarterly', 'rolled_up') }}
),

added_up as (
    select
        period,
        scope,
        measure,
        breakdown,
        category,
        {{ total_estimate('parts.clients') }} as clients,
        cast(sum(clients_in_category) as double) as clients_in_category
    from parts
    inner join periods_asked using (period)
    inner join scopes using (trajectory)
    group by all
)

select
    *,
    {{ known_total('period, scope') }} as known_total
from added_up
