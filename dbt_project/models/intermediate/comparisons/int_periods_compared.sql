with

periods as (select * from {{ ref('int_periods_unpivoted') }}),

groups_delivered as (select * from {{ ref('int_groups_delivered') }} where measure_group = 'core'),

comparisons as (
    select * from (values
        ('previous_quarter', 'quarter', 3),
        ('same_quarter_last_year', 'quarter', 12),
        ('previous_half_year', 'half_year', 6),
        ('previous_year', 'year', 12)
    ) as listed (comparison, period_type, months_back) -- noqa: AL05
),

-- in which anyone, nationwide, delivered anything
periods_delivered as (
    select distinct period_type, period, period_start
    from periods
    inner join groups_delivered using (quarter)
),

paired as (
    select
        comparison,
        period_type,
        later.period,
        later.period_start,
        earlier.period as compared_period
    from comparisons
    inner join periods_delivered as later using (period_type)
    inner join periods_delivered as earlier
        on later.period_type = earlier.period_type
        and later.period_start = earlier.period_start + to_months(months_back)
)

select *, 1 as sign, period as measured_period from paired
union all
select *, -1 as sign, compared_period as measured_period from paired
