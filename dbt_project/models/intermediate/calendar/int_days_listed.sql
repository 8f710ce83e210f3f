with

quarters as (select * from {{ ref('stg_reference__quarters') }})

select cast(unnest(generate_series(min(first_day), max(first_day) + interval 3 months, interval 1 day)) as date) as day
from quarters
