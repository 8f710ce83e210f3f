with

grid as (select * from {{ ref('int_quarters_gridded') }}),

measures as (select * from {{ ref('int_measures_pivoted') }}),

inflow as (select * from {{ ref('int_inflow_derived') }}),

client_differences as (
    select * from {{ ref('int_administrative_differences_split') }} where stock = 'clients_active'
)

select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    grid.has_cells,
    inflow.clients_started,
    cast(client_differences.lost as bigint) as clients_lost,
    cast(client_differences.left_uncounted as bigint) as clients_left_uncounted,
    measures.ended_without_result
    {%- for item in cell_measures() %},
    measures.{{ item.column }}
    {%- endfor %}
from grid
inner join measures using (organisation_id, region_code, trajectory, quarter)
inner join inflow using (organisation_id, region_code, trajectory, quarter)
inner join client_differences using (organisation_id, region_code, trajectory, quarter)
