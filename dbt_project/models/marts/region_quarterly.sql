with

contributions as (select * from {{ ref('int_contributions_quarterly') }}),

periods as (select distinct period, period_start, quarter from {{ ref('int_periods_unpivoted') }} where period_type = 'quarter'),

regions as (select * from {{ ref('stg_reference__regions') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

aggregated as (
    select
        period,
        period_start,
        region_code,
        region_name,
        trajectory,
        trajectory_name,
        {{ organisations() }} as organisations,
        {{ quarterly_measures() }}
    from contributions
    inner join periods using (quarter)
    inner join regions using (region_code)
    inner join trajectories using (trajectory)
    group by all
    having {{ worth_a_row(quarterly_counts()) }}
)

select * from aggregated
