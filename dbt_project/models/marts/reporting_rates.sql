with

deliveries as (select * from {{ ref('delivery_status') }} where expected),

-- an organisation reports when it delivers any of what is expected of it, and in time when all it delivered was
organisations as (
    select
        period,
        organisation_id,
        bool_or(delivered) as delivered,
        bool_or(delivered) and bool_and(on_time) filter (where delivered) as on_time
    from deliveries
    group by all
),

of_organisations as (
    select
        period,
        count(*) as organisations_expected,
        count(*) filter (where delivered) as organisations_delivered,
        count(*) filter (where on_time) as organisations_on_time
    from organisations
    group by all
)

select
    period,
    deliveries.period_start,
    deliveries.deadline,
    deliveries.deadline_passed,
    of_organisations.organisations_expected,
    of_organisations.organisations_delivered,
    of_organisations.organisations_on_time,
    100.0 * of_organisations.organisations_delivered / of_organisations.organisations_expected as pct_organisations_delivered,
    100.0 * of_organisations.organisations_on_time / of_organisations.organisations_expected as pct_organisations_on_time,
    count(*) as deliveries_expected,
    count(*) filter (where deliveries.delivered) as deliveries_delivered,
    count(*) filter (where deliveries.on_time) as deliveries_on_time,
    100.0 * count(*) filter (where deliveries.delivered) / count(*) as pct_deliveries_delivered,
    100.0 * count(*) filter (where deliveries.on_time) / count(*) as pct_deliveries_on_time
from deliveries
inner join of_organisations using (period)
group by all
