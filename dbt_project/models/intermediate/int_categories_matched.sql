with

parts as (select * from {{ ref('int_breakdowns_quarterly') }}),

periods_compared as (select * from {{ ref('int_periods_compared') }} where comparison = 'previous_quarter'),

pairs_compared as (select * from {{ ref('int_pairs_compared') }} where comparison = 'previous_quarter' and is_like_for_like),

-- clients by funding and type, and the share of them in paid work
totals as (
    select
        periods_compared.period,
        periods_compared.sign,
        parts.trajectory,
        parts.measure,
        parts.breakdown,
        parts.category,
        sum(parts.clients) as clients,
        sum(parts.clients_in_category) as clients_in_category
    from periods_compared
    inner join parts on parts.quarter = periods_compared.measured_period
    inner join pairs_compared using (period, organisation_id, trajectory)
    where parts.measure in ('clients', 'paid_work') and parts.breakdown in ('funding', 'type')
    group by all
),

series as (
    select
        *,
        case when measure = 'clients' then clients else 100.0 * clients / nullif(clients_in_category, 0) end as value
    from totals
)

select
    period,
    trajectory,
    case when measure = 'clients' then 'clients_active' else 'pct_paid_work' end as measure,
    breakdown,
    category,
    max(value) filter (where sign = 1) as like_for_like_value,
    max(value) filter (where sign = -1) as like_for_like_compared_value,
    max(coalesce(clients_in_category, clients)) filter (where sign = 1) as like_for_like_size
from series
group by all
