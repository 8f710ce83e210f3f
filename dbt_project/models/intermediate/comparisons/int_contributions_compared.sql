with

periods_compared as (select * from {{ ref('int_periods_compared') }}),

pairs_compared as (select * from {{ ref('int_pairs_compared') }}),

contributions as (
    select * exclude (quarter), quarter as period from {{ ref('int_contributions_quarterly') }}
    union all by name
    select * exclude (period_type) from {{ ref('int_contributions_rolled_up') }}
)

select
    periods_compared.comparison,
    periods_compared.period,
    periods_compared.sign,
    pairs_compared.presence,
    pairs_compared.is_like_for_like,
    contributions.* exclude (period, has_cells)
from periods_compared
inner join contributions on contributions.period = periods_compared.measured_period
inner join pairs_compared
    on pairs_compared.comparison = periods_compared.comparison
    and pairs_compared.period = periods_compared.period
    and pairs_compared.organisation_id = contributions.organisation_id
    and pairs_compared.trajectory = contributions.trajectory
