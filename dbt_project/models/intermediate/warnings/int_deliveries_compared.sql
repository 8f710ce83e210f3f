with

trajectories as (select * from {{ ref('int_trajectories_compared') }}),

groups_continued as (select * from {{ ref('int_groups_continued') }}),

regions as (select * from {{ ref('int_region_overlaps_counted') }}),

versions as (select * from {{ ref('int_versions_compared') }}),

repetitions as (select * from {{ ref('int_repetitions_compared') }}),

thresholds as (select * from {{ ref('stg_reference__warning_thresholds') }}),

-- per rule: what is found, and the most that is found without a warning. "Above 5 clients and above 10 %" is above the
-- higher of the two.
compared as (
    select
        'W201' as rule, organisation_id, trajectory, quarter, last_quarter,
        'ended' as measure, 'work' as breakdown, 'paid_work_at_end' as category, null as measure_group,
        paid_work_at_end as found, last_paid_work + started_paid_work as at_most,
        paid_work_at_end as value, last_paid_work as last_value, started_paid_work as started
    from trajectories
    where quarters_since_last = 1 and paid_work_at_end + last_paid_work + started_paid_work is not null
    union all by name
    select
        'W202' as rule, organisation_id, trajectory, quarter, last_quarter,
        'clients' as measure, 'funding' as breakdown,
        left_uncounted as found, greatest(above_clients, above_pct * last_clients / 100) as at_most,
        clients as value, last_clients as last_value
    from trajectories
    left join thresholds on thresholds.rule = 'W202'
    where left_uncounted is not null
    union all by name
    select
        'W203' as rule, organisation_id, trajectory, quarter, last_quarter,
        'clients' as measure, 'funding' as breakdown,
        abs(clients - last_clients) as found, greatest(above_clients, above_pct * last_clients / 100) as at_most,
        clients as value, last_clients as last_value
    from trajectories
    left join thresholds on thresholds.rule = 'W203'
    union all by name
    select
        case when measure_group = 'core' then 'W204' else 'W205' end as rule,
        organisation_id, trajectory, quarter, last_quarter, measure_group, cast(is_absent as bigint) as found, 0 as at_most
    from groups_continued
    union all by name
    select 'W105' as rule, organisation_id, quarter, last_quarter, regions_new as found, regions - 1 as at_most
    from regions
    union all by name
    select * from versions
    union all by name
    select * from repetitions
)

select
    compared.rule,
    compared.organisation_id,
    compared.trajectory,
    compared.quarter,
    compared.last_quarter,
    compared.missing_quarter,
    compared.region_code,
    compared.measure_group,
    compared.measure,
    compared.breakdown,
    compared.category,
    cast(compared.found as bigint) as found,
    cast(compared.at_most as double) as at_most,
    cast(compared.value as bigint) as value,
    cast(compared.last_value as bigint) as last_value,
    cast(compared.started as bigint) as started,
    thresholds.above_clients,
    thresholds.above_pct
from compared
left join thresholds using (rule)
