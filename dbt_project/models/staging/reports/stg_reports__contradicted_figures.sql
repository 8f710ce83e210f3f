with

figures as (select * from {{ source('reports', 'figures') }}),

selections as (select * from {{ source('reports', 'contradicted_figures') }})

select distinct
    selections.contradiction_id,
    figures.figure_id
from selections
inner join figures
    on true
    {%- for column in ['figure_id', 'source', 'locator', 'period', 'geography', 'trajectory', 'measure', 'breakdown'] %}
    and coalesce(figures.{{ column }}, '') glob coalesce(selections.{{ column }}, '')
    {%- endfor %}
