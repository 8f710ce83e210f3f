with

measures as (select * from {{ ref('int_measures_pivoted') }}),

inflow as (select * from {{ ref('int_inflow_derived') }}),

durable_flows as (select * from {{ ref('int_durable_flows_estimated') }}),

joined as (
    select *
    from measures
    inner join inflow using (organisation_id, region_code, trajectory, quarter)
    inner join durable_flows using (organisation_id, region_code, trajectory, quarter)
),

-- each stock with what came in and what went out of it; unknown starts count as 0
{%- set flows = {
    'clients_active': ['coalesce(clients_started, 0)', 'clients_ended'],
    'paid_work': ['started_paid_work', 'stopped_paid_work'],
    'durable_paid_work': ['started_durable', 'stopped_durable'],
    'in_education': ['started_education', 'stopped_education'],
} %}

unpivoted as (
    {%- for stock, flow in flows.items() %}
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        quarter_index,
        '{{ stock }}' as stock,
        cast({{ stock }} as double) as size,
        cast({{ flow[0] }} as double) as inflow,
        cast({{ flow[1] }} as double) as outflow
    from joined
    where {{ stock }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from unpivoted
