with

measures as (select * from {{ ref('int_measures_pivoted') }}),

-- the grid holds every quarter that the organisation delivered the trajectory, so the preceding row is the preceding
-- quarter or there was none
with_previous as (
    select
        *,
        lag(clients_active) over earlier as last_clients_active,
        lag(quarter_index) over earlier as last_quarter_index
    from measures
    window earlier as (partition by organisation_id, region_code, trajectory order by quarter_index)
),

preceding as (
    select
        *,
        case when last_quarter_index = quarter_index - 1 then last_clients_active end as clients_active_preceding
    from with_previous
),

signed as (
    select
        *,
        clients_active - (clients_active_preceding - clients_ended) as started_signed
    from preceding
)

select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    clients_active_preceding,
    started_signed,
    {{ floored('started_signed') }} as clients_started
from signed
