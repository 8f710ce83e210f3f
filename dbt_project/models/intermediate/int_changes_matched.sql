{%- set keys = ['comparison', 'period', 'sign'] %}
with

contributions as (select * from {{ ref('int_contributions_compared') }} where is_like_for_like),

totals as (
    {{ counts_per_level(keys, headline_of=headline) }}
),

unpivoted as (
    {{ unpivoted('totals', keys + ['region_code', 'trajectory']) }}
)

select
    comparison,
    period,
    region_code,
    trajectory,
    measure,
    max(value) filter (where sign = 1) as like_for_like_value,
    max(value) filter (where sign = -1) as like_for_like_compared_value
from unpivoted
group by all
