with

digests as (select * from {{ ref('int_year_digests') }}),

closings as (select * from {{ ref('stg_submissions__year_closings') }}),

kept as (select distinct counts_sha256, true as is_kept from {{ ref('stg_submissions__year_counts') }}),

counts_changed as (select year, count(*) as counts from {{ ref('int_year_counts_changed') }} group by year),

deliveries_changed as (select year, count(*) as deliveries from {{ ref('int_year_deliveries_changed') }} group by year),

run_context as (select * from {{ ref('stg_submissions__run_context') }}),

judged as (
    select
        digests.year,
        closings.year is not null as was_closed,
        coalesce(digests.year = run_context.closing_year, false) as is_closing,
        coalesce(kept.is_kept, false) as is_kept,
        coalesce(counts_changed.counts, 0) as counts_changed,
        coalesce(deliveries_changed.deliveries, 0) > 0 as is_delivered_anew,
        coalesce(closings.values_digest <> digests.values_digest, true) as is_other
    from digests
    left join closings using (year)
    left join kept using (counts_sha256)
    left join counts_changed using (year)
    left join deliveries_changed using (year)
    left join run_context on true
),

-- without the counts only the digest tells: that anything is other, not what
explained as (
    select
        *,
        case
            when is_closing or not was_closed then null
            when is_kept and counts_changed > 0 then if(is_delivered_anew, 'levering', 'methode')
            when not is_kept and is_other then 'niet te herleiden'
        end as changed_by
    from judged
)

select
    year,
    case
        when not was_closed and not is_closing then 'open'
        when changed_by in ('levering', 'niet te herleiden') and is_delivered_anew then 'revised'
        else 'closed'
    end as year_status,
    changed_by,
    case when is_kept and not is_closing then counts_changed end as counts_changed
from explained
