with

rules as (select * from {{ ref('stg_reference__signal_rules') }}),

groups as (select distinct scope from {{ ref('int_scopes_listed') }} where is_total and scope <> 'all'),

-- of each trajectory and of all; a count is about itself, a percentage about what it is taken of
watched as (
    select
        listed.*,
        rules.above_size,
        rules.above_change,
        rules.above_pct,
        rules.least_known_pct,
        listed.unit = 'percent' as is_percentage,
        case when listed.unit = 'percent' then {{ series_number('is_quarter', measure='denominator_measure', breakdown="''", category="''") }} else listed.series end
            as base
    from {{ ref('int_series_listed') }} as listed
    inner join rules using (measure, breakdown)
    where listed.is_quarter and listed.organisation_id = 'all' and listed.scope not in (select groups.scope from groups)
),

changes as (select * from {{ ref('int_changes_measured') }} where comparison = 'previous_quarter'),

periods_compared as (select * from {{ ref('int_periods_compared') }} where comparison = 'previous_quarter' and sign = 1),

figures as (select period, series, denominator from {{ ref('int_figures_measured') }})

select
    periods_compared.period,
    periods_compared.period_start,
    periods_compared.compared_period,
    watched.* exclude (base),
    changes.value,
    changes.compared_value,
    changes.change,
    changes.like_for_like_change,
    changes.like_for_like_compared_value,
    case when watched.is_percentage then least(later.denominator, earlier.denominator) else greatest(changes.value, changes.compared_value) end as size,
    -- both quarters rest on so much of the clients, and on the same reporters
    case when bases.like_for_like_value is not null and bases.like_for_like_compared_value is not null then
        least(
            changes.known_pct,
            changes.compared_known_pct,
            100.0 * bases.like_for_like_value / nullif(bases.value, 0),
            100.0 * bases.like_for_like_compared_value / nullif(bases.compared_value, 0)
        )
    end as coverage_pct
from changes
inner join periods_compared using (period)
inner join watched using (series)
left join changes as bases on changes.period = bases.period and watched.base = bases.series
left join figures as later on changes.period = later.period and changes.series = later.series
left join figures as earlier on periods_compared.compared_period = earlier.period and changes.series = earlier.series
