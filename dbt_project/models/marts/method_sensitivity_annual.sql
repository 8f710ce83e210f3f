with

contributions as (select * from {{ ref('int_contributions_rolled_up') }}),

reread as (select * from {{ ref('int_clients_active_reread') }}),

periods as ({{ periods_of('year') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }})

select
    period,
    period_start,
    region_code,
    region_name,
    trajectory,
    trajectory_name,
    {{ total('clients_active') }} as clients_active,
    {{ total('q1_starts_once') }} as q1_starts_once,
    {{ total('without_lost') }} as without_lost,
    {{ total('lost_as_loss') }} as lost_as_loss,
    {{ total('lost_signed') }} as lost_signed
from contributions
inner join reread using (organisation_id, region_code, trajectory, period)
inner join periods using (period)
inner join regions using (region_code)
inner join trajectories using (trajectory)
group by all
having {{ worth_a_row(period_counts()) }}
