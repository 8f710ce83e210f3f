{#-
    A breakdown mart: the parts (organisation × region × trajectory) added up per period, region, trajectory, measure,
    breakdown and category; `national`: over the regions too. Every period has this shape: only where the parts come from
    differs, and that a quarter counts whole clients.
-#}
{% macro breakdown_mart(period_type, national=false) -%}
{%- set quarterly = period_type == 'quarter' -%}
{%- set place = 'trajectory' if national else 'region_code, trajectory' -%}
with

parts as (
    {%- if quarterly %}
    select quarter as period, * from {{ ref('int_breakdowns_quarterly') }}
    {%- else %}
    select * from {{ ref('int_breakdowns_rolled_up') }} where period_type = '{{ period_type }}'
    {%- endif %}
),

periods as (select * from {{ ref('int_periods_unpivoted') }} where period_type = '{{ period_type }}'),

grid as (select * from {{ ref('int_quarters_gridded') }}),

{% if not national -%}
regions as (select * from {{ ref('stg_reference__regions') }}),

{% endif -%}
trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

places_with_cells as (
    select distinct period, {{ place }} from grid inner join periods using (quarter) where has_cells
),

aggregated as (
    select
        period,
        {{ place }},
        measure,
        breakdown,
        category,
        {{ total('clients') if quarterly else total_estimate('clients') }} as clients,
        sum(clients_in_category) as clients_in_category,
        bool_or(is_estimate) as is_estimate
    from parts
    group by all
),

-- in a fixed order, so that the last bit of a sum of estimates stays where it is
with_known_total as (
    select
        *,
        {{ known_total('period, ' ~ place) }} as known_total
    from aggregated
)

select
    period,
    start.period_start,
    {%- if not national %}
    region_code,
    regions.region_name,
    {%- endif %}
    trajectory,
    trajectories.trajectory_name,
    measure,
    breakdown,
    category,
    {%- if quarterly %}
    clients,
    {%- else %}
    case when not {{ counts_client_quarters('false') }} then clients end as clients,
    case when {{ counts_client_quarters('false') }} then clients end as client_quarters,
    {%- endif %}
    cast(known_total as {{ 'bigint' if quarterly else 'double' }}) as known_total,
    case when {{ has_share() }} then 100.0 * clients / nullif(known_total, 0) end as pct_of_known,
    {{ pct_of_category('clients', 'clients_in_category') }} as pct_of_clients_in_category,
    is_estimate
from with_known_total
inner join (select distinct period, period_start from periods) as start using (period)
{%- if not national %}
inner join regions using (region_code)
{%- endif %}
inner join trajectories using (trajectory)
where clients <> 0 or (period, {{ place }}) in (from places_with_cells)
{%- endmacro %}

{#- Clients (in paid work, say) as a share of all clients in the same category. -#}
{% macro pct_of_category(clients, clients_in_category) -%}
    100.0 * {{ clients }} / nullif({{ clients_in_category }}, 0)
{%- endmacro %}

{#-
    The clients whose category is known, per measure and breakdown within the partition: neither those still in orientation nor
    those whom no quarter counted by funding; the order is fixed, as of every sum of estimates.
-#}
{% macro known_total(partition) -%}
    sum(clients) filter (where category <> 'orientation' and not (measure = 'clients' and category = 'unknown')) over (
            partition by {{ partition }}, measure, breakdown
            order by category rows between unbounded preceding and unbounded following
        )
{%- endmacro %}
