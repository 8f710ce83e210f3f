with

periods as (select * from {{ ref('int_periods_unpivoted') }}),

delivered as (select distinct quarter from {{ ref('int_groups_delivered') }}),

listed as (
    select
        period,
        period_type,
        period_start,
        max(deadline) as deadline,
        count(delivered.quarter) as quarters_delivered,
        case period_type when 'quarter' then 1 when 'half_year' then 2 else 4 end as quarters
    from periods
    left join delivered using (quarter)
    group by all
)

select
    listed.period,
    listed.period_type,
    listed.period_start,
    cast(listed.period_start + to_months(cast(3 * listed.quarters as integer)) - interval 1 day as date) as period_end,
    case listed.period_type
        when 'quarter' then listed.period[7:] || 'e kwartaal ' || listed.period[:4]
        when 'half_year' then listed.period[7:] || 'e halfjaar ' || listed.period[:4]
        else listed.period
    end as label_nl,
    listed.deadline,
    previous.period as previous_period,
    last_year.period as same_period_last_year,
    cast(listed.quarters_delivered as bigint) as quarters_delivered,
    listed.quarters_delivered = listed.quarters as is_whole
from listed
left join listed as previous
    on listed.period_type = previous.period_type
    and listed.period_start = previous.period_start + to_months(cast(3 * listed.quarters as integer))
left join listed as last_year
    on listed.period_type = last_year.period_type
    and listed.period_start = last_year.period_start + interval 1 year
