{{ config(materialized='view') }}

with

figures as (select * from {{ ref('int_figures_read') }} where kind <> 'none'),

scopes_measured as (select * from {{ ref('int_scopes_measured') }} where measure = 'clients_active'),

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
        when operands.period not in (select measured.period from scopes_measured as measured) then 'no_deliveries'
        when quarters_covered.quarters < case when operands.period like '%-H%' then 2 else 4 end then 'period_incomplete'
        when scopes_measured.period is null then 'not_delivered'
    end as missing
from operands
inner join figures using (figure_id)
left join quarters_covered using (period)
left join scopes_measured
    on operands.period = scopes_measured.period
    and figures.level = scopes_measured.level
    and figures.region_code is not distinct from scopes_measured.region_code
    and figures.scope = scopes_measured.scope
