with

digests as (select * from {{ ref('int_year_digests') }}),

closings as (select * from {{ ref('stg_submissions__year_closings') }}),

run_context as (select * from {{ ref('stg_submissions__run_context') }})

select
    digests.year,
    case
        when digests.year = (select closing_year from run_context) then 'closed'
        when closings.year is null then 'open'
        when closings.values_digest = digests.values_digest then 'closed'
        else 'revised'
    end as year_status
from digests
left join closings using (year)
