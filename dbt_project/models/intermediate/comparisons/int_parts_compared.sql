with

periods_compared as (select * from {{ ref('int_periods_compared') }}),

pairs_compared as (select * from {{ ref('int_pairs_compared') }}),

parts as (select * from {{ ref('int_parts_measured') }}),

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

select *
from compared
inner join pairs_compared using (comparison, period, organisation_id, trajectory, measure)
