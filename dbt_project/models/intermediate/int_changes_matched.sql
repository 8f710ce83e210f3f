{%- set keys = ['comparison', 'period', 'sign', 'region_code', 'trajectory'] %}
with

contributions as (select * from {{ ref('int_contributions_compared') }} where is_like_for_like),

totals as (
    select
        comparison,
        period,
        sign,
        {{ level() }},
        {%- for count in quarterly_counts() %}
        {{ total_of(count) }} as {{ count }},
        {%- endfor %}
        {{ headline('paid_work') }} as paid_work_headline,
        {{ headline('ever_paid_work') }} as ever_paid_work_headline
    from contributions
    group by comparison, period, sign, {{ levels() }}
),

unpivoted as (
    {{ unpivoted('totals', keys) }}
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
