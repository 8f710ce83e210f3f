{%- set keys = ['comparison', 'period', 'sign', 'presence'] %}
with

contributions as (select * from {{ ref('int_contributions_compared') }}),

totals as (
    {{ counts_per_level(keys, headline_of=headline_total) }}
),

unpivoted as (
    {{ unpivoted('totals', keys + ['region_code', 'trajectory']) }}
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
