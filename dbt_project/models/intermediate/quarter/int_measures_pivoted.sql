with

cells as (select * from {{ ref('int_cells_filled') }}),

-- a measure without any row is unknown (NULL); one with rows of which none count here is 0
pivoted as (
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        quarter_index
        {%- for item in cell_measures() %},
        cast(sum(case when {{ item.cells }} then clients else 0 end) filter (where measure = '{{ item.measure }}') as bigint)
            as {{ item.column }}
        {%- endfor %}
    from cells
    group by all
)

select
    *,
    clients_ended - ended_with_result as ended_without_result
from pivoted
