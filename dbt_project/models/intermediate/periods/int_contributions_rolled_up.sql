with

contributions as (select * from {{ ref('int_contributions_quarterly') }}),

stock_flows as (select * from {{ ref('int_stock_flows_rolled_up') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }} where period_type <> 'quarter'),

quarters_covered as (select * from {{ ref('int_quarters_covered') }} where measure_group = 'unpaid_work'),

flows as (
    select
        organisation_id,
        region_code,
        trajectory,
        period_type,
        period,
        bool_or(has_cells) as has_cells
        {%- for flow in summed_flows() %},
        {{ total(flow) }} as {{ flow }}
        {%- endfor %}
        {%- for measure in averaged_measures() %},
        sum({{ measure }}) as sum_{{ measure }}
        {%- endfor %}
    from contributions
    inner join periods using (quarter)
    group by all
),

pivoted as (
    select
        organisation_id,
        region_code,
        trajectory,
        period
        {%- for stock in stocks() %},
        max(stock_flow) filter (where stock = '{{ stock }}') as {{ stock }}
        {%- endfor %},
        max(lost) filter (where stock = 'clients_active') as clients_lost,
        max(left_uncounted) filter (where stock = 'clients_active') as clients_left_uncounted
    from stock_flows
    group by all
)

select
    flows.* exclude ({% for measure in averaged_measures() %}sum_{{ measure }}{{ ', ' if not loop.last }}{% endfor %}),
    pivoted.* exclude (organisation_id, region_code, trajectory, period)
    {%- for measure in averaged_measures() %},
    sum_{{ measure }} / quarters_covered.quarters as {{ measure }}
    {%- endfor %}
from flows
inner join pivoted using (organisation_id, region_code, trajectory, period)
left join quarters_covered
    on flows.trajectory = quarters_covered.trajectory and flows.period = quarters_covered.period
