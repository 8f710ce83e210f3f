with

differences as (select * from {{ ref('int_administrative_differences_split') }}),

taken_over as (select * from {{ ref('int_stocks_taken_over') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }} where period_type <> 'quarter'),

-- the quarters of each period in which the stock's group was delivered; the first of them is b
in_period as (
    select
        differences.*,
        periods.period_type,
        periods.period,
        row_number() over (
            partition by organisation_id, region_code, trajectory, stock, periods.period
            order by differences.quarter_index
        ) = 1 as is_first
    from differences
    inner join periods using (quarter)
),

-- after a gap the whole stock of b is counted, so what was missed before b is not added again; an unknown stays unknown
differences_counted as (
    select
        *,
        case when is_first and not follows_directly then lost * 0 else lost end as lost_counted,
        case when is_first and not follows_directly then left_uncounted * 0 else left_uncounted end as left_uncounted_counted
    from in_period
),

added_up as (
    select
        organisation_id,
        region_code,
        trajectory,
        period_type,
        period,
        stock,
        min(quarter) as first_quarter,
        sum(size) filter (where is_first) as first_size,
        sum(outflow) filter (where is_first) as first_outflow,
        max(inflow) filter (where is_first) as first_inflow,
        max(lost_counted) filter (where is_first) as first_lost,
        sum(inflow order by quarter_index) as inflow,
        sum(lost_counted order by quarter_index) as lost,
        sum(left_uncounted_counted order by quarter_index) as left_uncounted
    from differences_counted
    group by all
),

{%- set keys = 'organisation_id, region_code, trajectory, stock' %}

-- of whom was taken over in the period before b, the period counts the stock already
taken_over_before as (
    select {{ keys }}, period, sum(taken_over.size) as size_taken_over
    from in_period
    inner join taken_over using ({{ keys }})
    inner join periods using (period)
    where
        in_period.is_first
        and taken_over.quarter = periods.quarter
        and taken_over.quarter_index < in_period.quarter_index
    group by all
),

opened as (
    select
        *,
        least(first_size + first_outflow, coalesce(size_taken_over, 0)) as first_taken_over
    from added_up
    left join taken_over_before using ({{ keys }}, period)
)

select
    * exclude (size_taken_over),
    first_size + first_outflow - first_taken_over + inflow + coalesce(lost, 0) as stock_flow
from opened
