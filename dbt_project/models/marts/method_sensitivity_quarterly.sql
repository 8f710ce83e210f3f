with

contributions as (select * from {{ ref('int_contributions_quarterly') }}),

inflow as (select * from {{ ref('int_inflow_floored') }}),

periods as ({{ periods_of('quarter', per='quarter') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

published as (
    select trajectory, quarter
    from contributions
    group by all
    having {{ worth_a_row(quarterly_counts()) }}
)

select
    period,
    period_start,
    trajectory,
    trajectory_name,
    inflow.clients_started,
    inflow.started_signed,
    inflow.started_floored_by_region,
    inflow.started_floored_nationally,
    inflow.clients_started - inflow.started_signed as residual
from published
inner join inflow using (trajectory, quarter)
inner join periods using (quarter)
inner join trajectories using (trajectory)
