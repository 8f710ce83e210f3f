{%- set key = ['year', 'level', 'region_code', 'organisation_id', 'trajectory', 'measure', 'breakdown', 'category'] -%}
with

closings as (select * from {{ ref('stg_submissions__year_closings') }}),

kept_counts as (select * from {{ ref('stg_submissions__year_counts') }}),

counts as (select * from {{ ref('int_year_counts') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

kept as (
    select closings.year, kept_counts.* exclude (counts_sha256)
    from closings
    inner join kept_counts using (counts_sha256)
    left join run_context on closings.year = run_context.closing_year
    where run_context.closing_year is null
),

known_measures as (
    select year, measure from kept
    where level = 'national' and trajectory = 'all' and breakdown = ''
),

-- what came to be counted after the closing changes nothing that it said
current_counts as (
    select counts.*
    from counts
    where
        counts.year in (select kept.year from kept)
        and (
            counts.breakdown <> ''
            or (counts.year, counts.measure) in (select (known.year, known.measure) from known_measures as known)
        )
)

select
    {{ key | join(', ') }},
    coalesce(kept.value, 0) as closed_value,
    coalesce(current_counts.value, 0) as value
from kept
full outer join current_counts using ({{ key | join(', ') }})
where round(coalesce(kept.value, 0), 6) <> round(coalesce(current_counts.value, 0), 6)
