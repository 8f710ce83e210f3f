with

contributions as (select * from {{ ref('int_contributions_compared') }} where is_like_for_like)

select
    comparison,
    period,
    {{ level() }},
    count(distinct (organisation_id, trajectory)) as pairs -- noqa: ST08
from contributions
group by comparison, period, {{ levels() }}
