with

deliveries as (select * from {{ ref('int_deliveries_in_force') }}),

cells as (select * from {{ ref('int_cells_in_force') }}),

cells_replaced as (select * from {{ ref('int_cells_replaced') }}),

files as (select * from {{ ref('int_files_standing') }}),

missing as (select * from {{ ref('int_deliveries_missing') }}),

quarters as (select * from {{ ref('stg_reference__quarters') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

-- the same file once more, which changed nothing
sent_again as (
    select organisation_id, quarter, count(*) as files
    from files
    where status = 'unchanged'
    group by all
),

-- the same numbers in another file, which made a new version
newest_replaced as (
    select * from cells_replaced qualify receipt = max(receipt) over (partition by organisation_id, quarter)
),

{%- set cell = 'organisation_id, quarter, region_code, trajectory, measure, breakdown, category' %}
same_numbers as (
    select organisation_id, quarter, bool_and(is_equal) as is_same
    from (
        select {{ cell }}, count(*) = 2 and min(clients) = max(clients) as is_equal
        from (
            select {{ cell }}, clients from cells semi join newest_replaced using (organisation_id, quarter)
            union all
            select {{ cell }}, clients from newest_replaced
        )
        group by all
    )
    group by all
),

missing_later as (
    select deliveries.organisation_id, deliveries.quarter, min(missing.quarter) as missing_quarter
    from deliveries
    inner join missing on deliveries.organisation_id = missing.organisation_id and deliveries.quarter < missing.quarter
    inner join quarters on missing.quarter = quarters.quarter
    where quarters.first_day + interval 3 month <= (select today from run_context)
    group by all
)

select
    missing_later.organisation_id,
    missing_later.quarter,
    missing_later.missing_quarter,
    coalesce(sent_again.files, 0) + cast(coalesce(same_numbers.is_same, false) as bigint) as repeats
from missing_later
left join sent_again using (organisation_id, quarter)
left join same_numbers using (organisation_id, quarter)
