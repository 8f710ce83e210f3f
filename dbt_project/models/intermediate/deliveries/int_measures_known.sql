with

groups_delivered as (select * from {{ ref('int_groups_delivered') }}),

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

core as (select * from groups_delivered where measure_group = 'core'),

-- a group that was delivered, and a cell of the measure that is valid in the quarter
registered as (
    select distinct
        groups_delivered.organisation_id,
        trajectory,
        groups_delivered.quarter,
        dictionary.measure
    from groups_delivered
    inner join dictionary using (trajectory, measure_group)
    where {{ within('groups_delivered.quarter', 'dictionary.valid_from', 'dictionary.valid_to') }}
),

-- what is derived from the clients of an earlier quarter: the one before, or one of the four before
derived as (
    select distinct
        core.organisation_id,
        core.trajectory,
        core.quarter,
        case when core.quarter_index - earlier.quarter_index = 1 then ['clients_started', 'clients_lost'] else ['clients_lost'] end as measures
    from core
    inner join core as earlier using (organisation_id, trajectory)
    where core.quarter_index - earlier.quarter_index between 1 and 4
),

-- jobcoaching and uwv_naar_werk are in paid work of all trajectories whatever they register
headlines as (
    {%- for registered in ['paid_work', 'ever_paid_work'] %}
    select organisation_id, trajectory, quarter, '{{ registered }}_all_trajectories' as measure
    from registered
    where measure = '{{ registered }}' or (measure = 'clients' and trajectory in ('jobcoaching', 'uwv_naar_werk'))
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select organisation_id, trajectory, quarter, measure as known_as from registered
union all
select distinct organisation_id, trajectory, quarter, unnest(measures) from derived
union all
select * from headlines
