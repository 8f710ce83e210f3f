with

contributions as (select * from {{ ref('int_contributions_quarterly') }}),

cells as (select * from {{ ref('int_cells_filled') }}),

taken_over as (select * from {{ ref('int_stocks_taken_over') }}),

quarters as (select * from {{ ref('stg_reference__quarters') }}),

ended_in_paid_work as (
    select organisation_id, trajectory, quarter, sum(clients) as paid_work_at_end
    from cells
    where measure = 'ended' and category = 'paid_work_at_end'
    group by all
),

totals as (
    select
        contributions.organisation_id,
        contributions.trajectory,
        contributions.quarter,
        quarters.quarter_index,
        {{ total('clients_active') }} as clients,
        {{ total('clients_left_uncounted') }} as left_uncounted,
        {{ total('paid_work') }} as paid_work,
        {{ total('started_paid_work') }} as started_paid_work
    from contributions
    inner join quarters using (quarter)
    group by all
),

with_last as (
    select
        *,
        lag(quarter) over earlier as last_quarter,
        lag(clients) over earlier as last_clients,
        lag(paid_work) over earlier as last_paid_work,
        quarter_index - lag(quarter_index) over earlier as quarters_since_last
    from totals
    window earlier as (partition by organisation_id, trajectory order by quarter_index)
),

-- whom it took over since stood with another organisation then
taken_over_since as (
    select
        organisation_id,
        trajectory,
        with_last.quarter,
        cast(sum(size) filter (where stock = 'clients_active') as bigint) as clients_taken_over,
        cast(sum(size) filter (where stock = 'paid_work') as bigint) as paid_work_taken_over
    from with_last
    inner join taken_over using (organisation_id, trajectory)
    where taken_over.quarter_index between with_last.quarter_index - quarters_since_last and with_last.quarter_index - 1
    group by all
)

select
    organisation_id,
    trajectory,
    quarter,
    last_quarter,
    quarters_since_last,
    clients,
    last_clients + coalesce(clients_taken_over, 0) as last_clients,
    left_uncounted,
    cast(ended_in_paid_work.paid_work_at_end as bigint) as paid_work_at_end,
    last_paid_work + coalesce(paid_work_taken_over, 0) as last_paid_work,
    started_paid_work
from with_last
left join ended_in_paid_work using (organisation_id, trajectory, quarter)
left join taken_over_since using (organisation_id, trajectory, quarter)
where quarters_since_last <= 4
