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
    {{ both_sides('value', 'like_for_like_') }}
from unpivoted
group by all
