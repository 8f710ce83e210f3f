{{ config(materialized='view') }}

with

figures as (select * from {{ ref('int_figures_parsed') }}),

readings as (select * from {{ ref('stg_reports__readings') }})

-- of two readings that fit, the one that names its trajectories
select
    figures.figure_id,
    figures.level,
    figures.region_code,
    figures.scope,
    figures.operation,
    figures.first_period,
    figures.last_period,
    figures.compared_period,
    figures.dimension,
    figures.published_category,
    readings.kind,
    readings.measure,
    readings.breakdown,
    readings.numerator,
    readings.denominator,
    readings.why_not_nl,
    readings.why_not_en
from figures
left join readings
    on figures.quantity = readings.quantity
    and figures.dimension is not distinct from readings.dimension
    and figures.scope = coalesce(readings.scope, figures.scope)
    and (readings.period_type is null or (readings.period_type = 'quarter') = (figures.last_period like '%-Q%'))
    and (readings.unit is null or figures.unit = readings.unit or figures.operation <> 'value')
qualify row_number() over (partition by figures.figure_id order by readings.scope nulls last) = 1
