with

cells as (select * from {{ ref('int_cells_filled') }} where measure = 'clients' and breakdown = 'funding'),

periods as (select * from {{ ref('int_periods_unpivoted') }} where period_type <> 'quarter'),

contributions as (select * from {{ ref('int_contributions_rolled_up') }}),

summed as (
    select
        organisation_id,
        region_code,
        trajectory,
        period_type,
        period,
        category,
        sum(clients) as funded
    from cells
    inner join periods using (quarter)
    group by all
),

shared as (
    select
        organisation_id,
        region_code,
        trajectory,
        summed.period_type,
        period,
        category,
        contributions.clients_active,
        summed.funded,
        sum(summed.funded) over (partition by organisation_id, region_code, trajectory, period) as funded_by_anyone
    from summed
    inner join contributions using (organisation_id, region_code, trajectory, period)
),

estimated as (
    select
        * exclude (clients_active, funded, funded_by_anyone),
        case when funded_by_anyone = 0 then 0 else clients_active * funded / funded_by_anyone end as clients
    from shared
    union all
    -- clients who were never counted by funding, since they had ended before
    select distinct
        * exclude (category, clients_active, funded, funded_by_anyone),
        'unknown' as category,
        clients_active
    from shared
    where funded_by_anyone = 0 and clients_active > 0
)

select * from estimated
