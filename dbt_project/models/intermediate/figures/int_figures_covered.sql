with

scopes as (select scope, trajectory, is_total and scope <> 'all' as is_group from {{ ref('int_scopes_listed') }}),

periods as (select period, quarter from {{ ref('int_periods_unpivoted') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

parts as (select * from {{ ref('int_contributions_quarterly') }}),

known as (select *, true as is_known from {{ ref('int_measures_known') }}),

-- what a trajectory registers, in any quarter
registered as (
    select distinct trajectory, measure as known_as from dictionary
    union
    select distinct trajectory, unnest(['organisations', 'clients_started', 'clients_lost']) from dictionary
    {%- for registered in ['paid_work', 'ever_paid_work'] %}
    union
    select distinct trajectory, '{{ registered }}_all_trajectories'
    from dictionary
    where measure = '{{ registered }}' or trajectory in ('jobcoaching', 'uwv_naar_werk')
    {%- endfor %}
),

-- a part is a row of the grid, those filled with 0 included
covered as (
    select
        parts.organisation_id,
        parts.region_code,
        trajectory,
        quarter,
        registered.known_as,
        parts.clients_active,
        known.is_known or registered.known_as = 'organisations' as is_known
    from parts
    inner join registered using (trajectory)
    left join known using (organisation_id, trajectory, quarter, known_as)
)

select
    period,
    scope,
    coalesce(region_code, 'all') as region_code,
    coalesce(organisation_id, 'all') as organisation_id,
    known_as,
    count(*) as parts,
    count(*) filter (where is_known) as parts_known,
    100.0 * coalesce(sum(clients_active) filter (where is_known), 0) / nullif(sum(clients_active), 0) as known_pct
from covered
inner join periods using (quarter)
inner join scopes using (trajectory)
group by period, scope, known_as, cube (region_code, organisation_id)
having organisation_id is null or not bool_or(is_group)
