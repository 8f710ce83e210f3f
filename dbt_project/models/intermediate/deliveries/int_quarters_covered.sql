with

groups_delivered as (select * from {{ ref('int_groups_delivered') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }} where period_type <> 'quarter')

-- trajectory NULL: all trajectories together
select
    periods.period,
    groups_delivered.trajectory,
    groups_delivered.measure_group,
    count(distinct groups_delivered.quarter) as quarters
from groups_delivered
inner join periods using (quarter)
group by grouping sets (
    (periods.period, groups_delivered.measure_group, groups_delivered.trajectory),
    (periods.period, groups_delivered.measure_group)
)
