with

cells as (select * from {{ ref('int_cells_in_force') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

quarters as (select * from {{ ref('stg_reference__quarters') }}),

delivered as (
    select distinct organisation_id, quarter, quarter_index from cells inner join quarters using (quarter)
),

pairs as (
    select
        delivered.organisation_id,
        delivered.quarter,
        earlier.quarter as last_quarter,
        delivered.quarter_index - earlier.quarter_index as quarters_since_last
    from delivered
    inner join delivered as earlier
        on delivered.organisation_id = earlier.organisation_id
        and earlier.quarter_index between delivered.quarter_index - 4 and delivered.quarter_index - 1
),

-- the cells of both deliveries that are asked for in both quarters
{%- set cell = 'region_code, trajectory, measure, breakdown, category' %}
both_sides as (
    {%- for side in ['quarter', 'last_quarter'] %}
    select pairs.*, {{ cell }}, clients, {{ loop.first | string | lower }} as is_now
    from pairs
    inner join cells on pairs.organisation_id = cells.organisation_id and pairs.{{ side }} = cells.quarter
    inner join dictionary using (trajectory, measure, breakdown, category)
    where
        {{ within('pairs.quarter', 'dictionary.valid_from', 'dictionary.valid_to') }}
        and {{ within('pairs.last_quarter', 'dictionary.valid_from', 'dictionary.valid_to') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

compared as (
    select
        organisation_id,
        quarter,
        last_quarter,
        quarters_since_last,
        {{ cell }},
        count(*) = 2 and min(clients) = max(clients) as is_equal,
        max(clients) filter (where is_now) as clients
    from both_sides
    group by all
)

select
    organisation_id,
    quarter,
    last_quarter,
    quarters_since_last,
    trajectory,
    count(*) as cells,
    count(*) filter (where is_equal) as cells_equal,
    coalesce(max(clients), 0) as largest,
    coalesce(sum(clients) filter (where measure = 'clients' and breakdown = 'funding'), 0) as clients
from compared
group by all
