with

measures as (select * from {{ ref('int_figures_added_up') }}),

categories as (select * from {{ ref('int_categories_measured') }}),

described as (select * from {{ ref('int_figures_described') }}),

places as (
    select distinct contains(period, 'Q') as is_quarter, region_code, organisation_id, scope, measure
    from measures
),

listed as (
    select
        places.*,
        '' as breakdown,
        '' as category,
        described.* exclude (is_quarter, measure)
    from places
    inner join described using (is_quarter, measure)
    union all by name
    select distinct
        contains(period, 'Q') as is_quarter, region_code, 'all' as organisation_id, scope, measure, breakdown, category,
        known_as, denominator_measure, aggregation, is_estimate, unit
    from categories
)

-- the clients of a half-year or year are compared by a name of their own
select
    {{ series_number('is_quarter') }} as series,
    {{ pairs_number(known_as="case when measure = 'clients_active' and not is_quarter then 'clients_active' else known_as end") }} as of_whom,
    *,
    row_number() over (order by {{ figure_key([]) }}, is_quarter desc) as place
from listed
