with

periods_compared as (select * from {{ ref('int_periods_compared') }}),

pairs_compared as (select * from {{ ref('int_pairs_compared') }}),

quarterly as (select * from {{ ref('int_contributions_quarterly') }}),

rolled_up as (select * from {{ ref('int_contributions_rolled_up') }}),

contributions as (
    {{ of_any_period('quarterly', 'rolled_up') }}
)

select
    periods_compared.comparison,
    periods_compared.period,
    periods_compared.sign,
    pairs_compared.presence,
    pairs_compared.is_like_for_like,
    contributions.* exclude (period, has_cells)
from periods_compared
inner join contributions on periods_compared.measured_period = contributions.period
inner join pairs_compared
    on periods_compared.comparison = pairs_compared.comparison
    and periods_compared.period = pairs_compared.period
    and contributions.organisation_id = pairs_compared.organisation_id
    and contributions.trajectory = pairs_compared.trajectory
