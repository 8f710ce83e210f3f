{%- set flows = ['clients_ended', 'started_paid_work', 'stopped_paid_work', 'started_education', 'stopped_education'] -%}
with

cells as (select * from {{ ref('int_cells_in_force') }}),

quarters as (select * from {{ ref('stg_reference__quarters') }}),

flows as (
    select *
    from cells
    inner join quarters using (quarter)
    where
        {%- for item in cell_measures() if item.column in flows %}
        {{ 'or ' if not loop.first }}(measure = '{{ item.measure }}' and {{ item.cells }})
        {%- endfor %}
)

-- beside the quarter right before, in the same year
select
    flows.organisation_id,
    flows.quarter,
    earlier.quarter as last_quarter,
    {{ total('flows.clients') }} as clients,
    {{ total('earlier.clients') }} as last_clients,
    count(*) filter (where earlier.clients > 0) as cells,
    count(*) filter (where flows.clients < earlier.clients) as cells_fallen
from flows
inner join flows as earlier
    on flows.organisation_id = earlier.organisation_id
    and flows.quarter_index = earlier.quarter_index + 1
    and flows.quarter[:4] = earlier.quarter[:4]
    and flows.region_code = earlier.region_code
    and flows.trajectory = earlier.trajectory
    and flows.measure = earlier.measure
    and flows.breakdown = earlier.breakdown
    and flows.category = earlier.category
group by all
