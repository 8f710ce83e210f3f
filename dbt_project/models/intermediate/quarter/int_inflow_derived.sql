with

measures as (select * from {{ ref('int_measures_pivoted') }}),

taken_over as (select * from {{ ref('int_stocks_taken_over') }} where stock = 'clients_active'),

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

-- who was taken over in between was there already
preceding as (
    select
        with_previous.*,
        case
            when with_previous.last_quarter_index = with_previous.quarter_index - 1
                then with_previous.last_clients_active + coalesce(taken_over.size, 0)
        end as clients_active_preceding
    from with_previous
    left join taken_over
        on with_previous.organisation_id = taken_over.organisation_id
        and with_previous.region_code = taken_over.region_code
        and with_previous.trajectory = taken_over.trajectory
        and with_previous.quarter_index = taken_over.quarter_index + 1
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
