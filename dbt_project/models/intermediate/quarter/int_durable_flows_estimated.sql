with

measures as (select * from {{ ref('int_measures_pivoted') }}),

-- without paid work there is no proportion, and every flow times it counts as 0
proportions as (
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        started_paid_work,
        stopped_paid_work,
        durable_paid_work / nullif(paid_work, 0) as durable_proportion,
        case when paid_work = 0 then 0 else durable_paid_work / paid_work end as factor
    from measures
)

select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    durable_proportion,
    factor * started_paid_work as started_durable,
    factor * stopped_paid_work as stopped_durable
from proportions
