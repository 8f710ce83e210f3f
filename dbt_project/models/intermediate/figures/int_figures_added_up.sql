with

scopes as (select scope, trajectory, is_total and scope <> 'all' as is_group from {{ ref('int_scopes_listed') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }}),

quarterly as (
    select contributions.quarter as period, scopes.scope, scopes.is_group, contributions.*
    from {{ ref('int_contributions_quarterly') }} as contributions
    inner join scopes using (trajectory)
),

rolled_up as (
    select scopes.scope, scopes.is_group, contributions.*
    from {{ ref('int_contributions_rolled_up') }} as contributions
    inner join scopes using (trajectory)
),

quarters as (
    {{ added_up('quarterly', 'quarterly', quarterly_counts()) }}
),

half_years_and_years as (
    {{ added_up('rolled_up', 'period', period_counts()) }}
),

-- an organisation's half-year or year is published where one of its quarters is
quarters_published as (
    select distinct periods.period, scope, region_code, organisation_id, true as is_quarter_published
    from quarters
    inner join periods on quarters.period = periods.quarter
    where is_worth_a_row and organisation_id <> 'all' and periods.period_type <> 'quarter'
),

places as (
    select *, is_worth_a_row as is_published from quarters
    union all
    select
        half_years_and_years.*,
        case when organisation_id = 'all' then is_worth_a_row else coalesce(is_quarter_published, false) end
    from half_years_and_years
    left join quarters_published using (period, scope, region_code, organisation_id)
),

all_trajectories as (
    select period, region_code, organisation_id, clients_active as all_clients
    from places
    where scope = 'all'
),

-- the part that a scope has in the clients of all trajectories there
with_its_part as (
    select
        places.* exclude (figures, clients_active, is_worth_a_row),
        list_append(places.figures, {
            'measure': 'pct_of_all_trajectories',
            'value': 100.0 * places.clients_active / nullif(all_clients, 0),
            'numerator': places.clients_active,
            'denominator': all_clients
        }) as figures
    from places
    left join all_trajectories using (period, region_code, organisation_id)
),

-- an organisation is no number of organisations and has no shares; paid work of all trajectories is of these alone
unnested as (
    select
        * exclude (figures),
        unnest(figures, recursive := true)
    from with_its_part
)

select *
from unnested
where
    (measure not in ('organisations', 'pct_of_all_trajectories') or organisation_id = 'all')
    and (scope = 'all' or measure not in ({{ headline_names() }}))
