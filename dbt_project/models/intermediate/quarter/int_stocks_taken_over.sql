with

measures as (select * from {{ ref('int_measures_pivoted') }}),

organisations as (select * from {{ ref('stg_reference__organisations') }}),

-- the last quarter, by the list, of whom was taken over
last_quarters as (
    select
        measures.* exclude (organisation_id),
        organisations.taken_over_by as organisation_id
    from measures
    inner join organisations
        on measures.organisation_id = organisations.organisation_id and measures.quarter = organisations.active_to
    where organisations.taken_over_by is not null
)

{%- for stock in stocks() %}
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    quarter_index,
    '{{ stock }}' as stock,
    {{ total(stock) }} as size
from last_quarters
where {{ stock }} is not null
group by all
{{ 'union all' if not loop.last }}
{%- endfor %}
