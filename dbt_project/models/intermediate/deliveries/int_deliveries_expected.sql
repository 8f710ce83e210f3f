with

groups_delivered as (select * from {{ ref('int_groups_delivered') }} where measure_group = 'core'),

quarters as (select * from {{ ref('stg_reference__quarters') }}),

organisations as (select * from {{ ref('stg_reference__organisations') }}),

not_offered as (select * from {{ ref('int_declarations_in_force') }}),

-- delivered the trajectory in the quarter itself or in any of the four before it
recent as (
    select
        groups_delivered.organisation_id,
        groups_delivered.trajectory,
        quarters.quarter,
        bool_or(groups_delivered.quarter = quarters.quarter) as is_delivered
    from quarters
    inner join groups_delivered
        on groups_delivered.quarter_index between quarters.quarter_index - 4 and quarters.quarter_index
    group by all
)

select
    recent.organisation_id,
    recent.trajectory,
    recent.quarter,
    recent.is_delivered
from recent
inner join organisations using (organisation_id)
left join not_offered using (organisation_id, trajectory, quarter)
where
    {{ within('recent.quarter', 'organisations.active_from', 'organisations.active_to') }}
    and not_offered.declaration is null
