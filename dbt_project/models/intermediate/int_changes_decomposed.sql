{%- set keys = ['comparison', 'period', 'sign', 'presence', 'region_code', 'trajectory'] %}
with

contributions as (select * from {{ ref('int_contributions_compared') }}),

totals as (
    select
        comparison,
        period,
        sign,
        presence,
        {{ level() }},
        {%- for count in quarterly_counts() %}
        {{ total_of(count) }} as {{ count }},
        {%- endfor %}
        {{ total(headline_part('paid_work')) }} as paid_work_headline,
        {{ total(headline_part('ever_paid_work')) }} as ever_paid_work_headline
    from contributions
    group by comparison, period, sign, presence, {{ levels() }}
),

unpivoted as (
    {{ unpivoted('totals', keys) }}
)

-- an unknown part counts as 0; two numbers at most, so their order cannot move the last bit
select
    comparison,
    period,
    region_code,
    trajectory,
    measure
    {%- for presence in ['present_in_both', 'newly_delivering', 'no_longer_delivering'] %},
    coalesce(sum(sign * value) filter (where presence = '{{ presence }}'), 0) as change_{{ presence }}
    {%- endfor %}
from unpivoted
group by all
