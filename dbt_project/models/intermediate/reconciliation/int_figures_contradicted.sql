with

figures as (select * from {{ ref('stg_reports__figures') }}),

selections as (select * from {{ ref('stg_reports__contradicted_figures') }})

select distinct
    selections.contradiction_id,
    figures.figure_id
from selections
inner join figures
    on true
    {%- for column in ['figure_id', 'source', 'locator', 'period', 'geography', 'trajectory', 'measure', 'breakdown'] %}
    and coalesce(figures.{{ column }}, '') glob coalesce(selections.{{ column }}, '')
    {%- endfor %}
