with

closings as (select * from {{ ref('stg_submissions__year_closings') }}),

statuses as (select * from {{ ref('int_year_statuses') }}),

deliveries_changed as (select * from {{ ref('int_year_deliveries_changed') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

listed as (
    select
        year,
        string_agg(
            organisation_id || ' ' || quarter
            || case
                when receipt is null then ' (vervallen)'
                else ' (versie ' || version || ', bestand ' || receipt || ')'
            end,
            ', ' order by quarter, organisation_id
        ) as deliveries
    from deliveries_changed
    group by year
)

select
    cast(year as varchar) as period,
    closings.closed_at,
    closings.reason,
    statuses.year_status,
    statuses.changed_by,
    statuses.counts_changed,
    case when statuses.year_status = 'revised' then listed.deliveries end as deliveries,
    closings.method_version as closed_method_version,
    run_context.method_version
from closings
inner join statuses using (year)
left join listed using (year)
cross join run_context
where statuses.changed_by is not null
