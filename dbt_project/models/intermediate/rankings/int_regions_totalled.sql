with

contributions as (select * from {{ ref('int_contributions_rolled_up') }} where period_type = 'year')

select
    period,
    region_code,
    {{ organisations() }} as organisations,
    {%- for measure in ['clients_active', 'clients_started'] %}
    {{ total(measure) }} as {{ measure }},
    {{ total("case when trajectory = 'ips' then " ~ measure ~ " end") }} as {{ measure }}_ips,
    {{ total("case when trajectory <> 'ips' then " ~ measure ~ " end") }} as {{ measure }}_non_ips,
    {%- endfor %}
    {{ total('clients_ended') }} as clients_ended,
    {{ percentage('ended_with_result', 'clients_ended') }} as pct_ended_with_result
from contributions
group by all
