{%- set keys = ['period', 'sign', 'region_code', 'trajectory'] %}
with

contributions as (
    select * from {{ ref('int_contributions_compared') }} where is_like_for_like and comparison = 'previous_quarter'
),

totals as (
    select
        period,
        sign,
        {{ level() }},
        {{ columns_of(quarterly_indicators() | selectattr('numerator', 'defined') | list) }}
    from contributions
    group by period, sign, {{ levels() }}
),

unpivoted as (
    {{ unpivoted('totals', keys) }}
)

select
    period,
    region_code,
    trajectory,
    measure,
    max(value) filter (where sign = 1) as like_for_like_value,
    max(value) filter (where sign = -1) as like_for_like_compared_value
from unpivoted
group by all
