with

contributions as (select * from {{ ref('int_contributions_quarterly') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }}),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }})

select
    period,
    period_start,
    organisation_id,
    region_code,
    region_name,
    trajectory,
    trajectory_name,
    {{ quarterly_measures() }}
from contributions
inner join periods using (quarter)
inner join regions using (region_code)
inner join trajectories using (trajectory)
where periods.period_type = 'quarter'
group by all
having {{ worth_a_row(quarterly_counts()) }}
