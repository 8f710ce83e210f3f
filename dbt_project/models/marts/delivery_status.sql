with

standing as (select * from {{ ref('int_deliveries_standing') }}),

quarters as (select * from {{ ref('stg_reference__quarters') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

organisations as (select * from {{ ref('stg_reference__organisations') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

findings as (select * from {{ ref('findings') }}),

-- a warning about no single trajectory is about each of them
warnings as (
    select
        standing.organisation_id,
        standing.quarter,
        standing.trajectory,
        count(*) as warnings,
        count(*) filter (where findings.status = 'open') as warnings_open
    from standing
    inner join findings
        on standing.organisation_id = findings.organisation_id
        and standing.quarter = findings.period
        and standing.trajectory = coalesce(findings.trajectory, standing.trajectory)
    where standing.is_delivered and findings.level = 'warning' and findings.file_status = 'accepted'
    group by all
),

-- the first reason of each rule
reasons as (
    select organisation_id, period as quarter, string_agg(message, ' ' order by rule) as rejected_why
    from (
        select organisation_id, period, rule, any_value(message order by receipt desc, length(location) asc, location asc) as message
        from findings
        where level in ('error', 'held') and organisation_id is not null and period is not null
        group by all
    )
    group by all
),

final as (
    select
        standing.*,
        coalesce(warnings.warnings, 0) as warnings,
        coalesce(warnings.warnings_open, 0) as warnings_open,
        reasons.rejected_why,
        case
            when standing.is_delivered and warnings.warnings > 0 then 'accepted_with_warnings'
            when standing.is_delivered then 'accepted'
            when standing.is_not_offered then 'not_offered'
            when standing.files_rejected > 0 then 'rejected'
            when standing.files_held > 0 then 'held'
            when standing.is_withdrawn then 'withdrawn'
            else 'missing'
        end as status
    from standing
    left join warnings using (organisation_id, quarter, trajectory)
    left join reasons on standing.organisation_id = reasons.organisation_id and standing.quarter = reasons.quarter
)

select
    final.quarter as period,
    quarters.first_day as period_start,
    final.organisation_id,
    organisations.organisation_name,
    final.trajectory,
    trajectories.trajectory_name,
    quarters.deadline,
    quarters.deadline < run_context.today as deadline_passed,
    final.is_expected as expected,
    final.is_delivered as delivered,
    final.on_time,
    cast(final.version as bigint) as version,
    final.status,
    final.warnings,
    final.warnings_open,
    final.files_rejected,
    final.rejected_why
from final
inner join quarters using (quarter)
cross join run_context
left join organisations on final.organisation_id = organisations.organisation_id
left join trajectories on final.trajectory = trajectories.trajectory
