with

parts as (select * from {{ ref('int_breakdowns_quarterly') }}),

periods_compared as (select * from {{ ref('int_periods_compared') }} where comparison = 'previous_quarter'),

pairs_compared as (select * from {{ ref('int_pairs_compared') }} where comparison = 'previous_quarter'),

-- clients by funding and type, and those of them in paid work: of everybody, and of whom both quarters are known
totals as (
    select
        periods_compared.period,
        periods_compared.period_start,
        periods_compared.sign,
        parts.trajectory,
        parts.measure,
        parts.breakdown,
        parts.category,
        sum(parts.clients) as clients,
        sum(parts.clients_in_category) as clients_in_category,
        sum(parts.clients) filter (where is_like_for_like) as like_for_like_clients,
        sum(parts.clients_in_category) filter (where is_like_for_like) as like_for_like_clients_in_category
    from periods_compared
    inner join parts on periods_compared.measured_period = parts.quarter
    inner join pairs_compared
        on periods_compared.period = pairs_compared.period
        and parts.organisation_id = pairs_compared.organisation_id
        and parts.trajectory = pairs_compared.trajectory
        and parts.measure = pairs_compared.known_as
    where parts.measure in ('clients', 'paid_work') and parts.breakdown in ('funding', 'type')
    group by all
),

series as (
    select
        * replace (case when measure = 'clients' then 'clients_active' else 'pct_paid_work' end as measure)
        {%- for whose in ['', 'like_for_like_'] %},
        case
            when measure = 'clients' then {{ whose }}clients
            else {{ pct_of_category(whose ~ 'clients', whose ~ 'clients_in_category') }}
        end as {{ whose }}value,
        case when measure = 'clients' then {{ whose }}clients else {{ whose }}clients_in_category end as {{ whose }}size
        {%- endfor %}
    from totals
)

select
    period,
    period_start,
    trajectory,
    measure,
    breakdown,
    category
    {%- for whose in ['', 'like_for_like_'] %},
    {{ both_sides(whose ~ 'value', whose) }},
    max({{ whose }}size) filter (where sign = 1) as {{ whose }}size
    {%- endfor %}
from series
group by all
