with

dictionary as (select * from {{ ref('stg_reference__data_dictionary') }}),

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),

scopes as (select * from {{ ref('int_scopes_listed') }}),

periods as (select * from {{ ref('int_periods_unpivoted') }})

-- a total is the measure itself
select distinct
    periods.period,
    periods.period_type = 'quarter' as is_quarter,
    scopes.scope,
    dictionary.measure,
    dictionary.breakdown,
    dictionary.category
from dictionary
inner join trajectories using (trajectory)
inner join scopes using (trajectory)
inner join periods
    on trajectories.registered_from <= periods.quarter
    and {{ within('periods.quarter', 'dictionary.valid_from', 'dictionary.valid_to') }}
where dictionary.breakdown <> 'total'
