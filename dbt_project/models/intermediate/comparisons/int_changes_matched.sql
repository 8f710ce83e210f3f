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
    {{ both_sides('value', 'like_for_like_') }}
from unpivoted
group by all
