with

contributions as (select * from {{ ref('int_contributions_compared') }})

select
    comparison,
    period,
    {{ level() }},
    case
        when bool_or(is_comparable) then count(distinct (organisation_id, trajectory)) filter (where is_like_for_like)
    end as pairs
from contributions
group by comparison, period, {{ levels() }}
