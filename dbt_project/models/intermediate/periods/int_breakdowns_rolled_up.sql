with

breakdowns as (select * from {{ ref('int_breakdowns_quarterly') }}),

fundings as (select * from {{ ref('int_fundings_estimated') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }} where period_type <> 'quarter'),

quarters_covered as (select * from {{ ref('int_quarters_covered') }} where measure_group = 'unpaid_work'),

summed as (
    select
        organisation_id,
        region_code,
        trajectory,
        period_type,
        period,
        measure,
        breakdown,
        category,
        cast(sum(clients) as double) as clients,
        sum(clients_in_category) as clients_in_category
    from breakdowns
    inner join periods using (quarter)
    where not (measure = 'clients' and breakdown = 'funding')
    group by all
),

final as (
    select
        summed.* replace (
            case when measure = 'unpaid_work' then clients / quarters_covered.quarters else clients end as clients
        ),
        false as is_estimate
    from summed
    left join quarters_covered
        on summed.trajectory = quarters_covered.trajectory and summed.period = quarters_covered.period
    union all by name
    select
        *,
        'clients' as measure,
        'funding' as breakdown,
        true as is_estimate
    from fundings
)

select * from final
