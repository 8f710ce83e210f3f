{{ config(materialized='view') }}

with

figures as (select * from {{ ref('int_figures_read') }} where kind <> 'none'),

laid_out as (select * from {{ ref('int_figures_laid_out') }} where measure = 'clients_active' and breakdown is null and value is not null),

quarters_covered as (
    select period, quarters from {{ ref('int_quarters_covered') }} where measure_group = 'core' and trajectory is null
),

-- a level of two years (2023-2024) is their mean; a change is a level and the one that it is compared with
operands as (
    select distinct figure_id, 'value' as operand, unnest([first_period, last_period]) as period from figures where operation = 'value'
    union all
    select figure_id, 'value', last_period from figures where operation <> 'value'
    union all
    select figure_id, 'compared', compared_period from figures where operation <> 'value'
)

select
    operands.*,
    case
        when operands.period not in (select measured.period from laid_out as measured) then 'no_deliveries'
        when quarters_covered.quarters < case when operands.period like '%-H%' then 2 else 4 end then 'period_incomplete'
        when laid_out.period is null then 'not_delivered'
    end as missing
from operands
inner join figures using (figure_id)
left join quarters_covered using (period)
left join laid_out
    on operands.period = laid_out.period
    and figures.level = laid_out.level
    and figures.region_code is not distinct from laid_out.region_code
    and figures.scope = laid_out.scope
