with

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

deliveries as (select * from {{ ref('int_deliveries_in_force') }} where not is_withdrawn),

counted as (
    select
        count(*) as deliveries_in_force,
        max_by(organisation_id || ' ' || quarter || ' v' || version, receipt) as newest_delivery,
        max(landed_at) as newest_delivery_landed_at
    from deliveries
)

select
    run_context.built_at,
    run_context.code_version,
    run_context.method_version,
    counted.deliveries_in_force,
    counted.newest_delivery,
    counted.newest_delivery_landed_at
from run_context
cross join counted
