{%- set keys = ['organisation_id', 'region_code', 'trajectory', 'period'] -%}
with

contributions as (select * from {{ ref('int_contributions_rolled_up') }} where period_type = 'year'),

breakdowns as (select * from {{ ref('int_breakdowns_rolled_up') }} where period_type = 'year'),

counts as (
    select
        {{ keys | join(', ') }},
        {{ period_counts() | join(', ') }}
    from contributions
),

measures as (
    {{ unpivoted('counts', keys, include_unknown=true) }}
),

reporting as (
    select
        period,
        {{ level() }},
        'organisations' as measure,
        {{ organisations() }} as value
    from contributions
    group by period, {{ levels() }}
),

added_up as (
    select
        period,
        coalesce(organisation_id, '') as organisation_id,
        {{ level() }},
        measure,
        '' as breakdown,
        '' as category,
        {{ total_estimate('value') }} as value
    from measures
    group by measure, period, cube (organisation_id, region_code, trajectory)
    union all by name
    -- no organisation's breakdown of a year is published
    select
        period,
        '' as organisation_id,
        {{ level() }},
        measure,
        breakdown,
        category,
        {{ total_estimate('clients') }} as value
    from breakdowns
    group by measure, breakdown, category, period, {{ levels() }}
    union all by name
    select *, '' as organisation_id, '' as breakdown, '' as category from reporting
)

select
    cast(period as integer) as year,
    case when organisation_id <> '' then 'organisation' when region_code = 'all' then 'national' else 'region' end as level,
    case when region_code = 'all' then '' else region_code end as region_code,
    organisation_id,
    trajectory,
    measure,
    breakdown,
    category,
    coalesce(round(value, 6), 0) as value
from added_up
-- of each measure the nation's, whatever it is: by these a closing says which measures it knew
where
    coalesce(round(value, 6), 0) <> 0
    or (organisation_id = '' and region_code = 'all' and trajectory = 'all' and breakdown = '')
