with

periods_compared as (select * from {{ ref('int_periods_compared') }} where comparison = 'previous_quarter'),

pairs_compared as (select * from {{ ref('int_pairs_compared') }}),

parts as (select * exclude (breakdown, category) from {{ ref('int_parts_measured') }} where breakdown = ''),

compared as (
    select
        periods_compared.comparison,
        periods_compared.period,
        parts.* exclude (period, value),
        {{ both_sides('parts.value') }}
    from periods_compared
    inner join parts on periods_compared.measured_period = parts.period
    group by all
)

select * exclude (known_as)
from compared
inner join pairs_compared using (comparison, period, organisation_id, trajectory, known_as)
