with

figures as (select * from {{ ref('int_figures_read') }}),

terms as (select * from {{ ref('int_figure_terms_measured') }} where role = 'value' and figure_key is not null),

periods_compared as (select * from {{ ref('int_periods_compared') }} where sign = 1),

periods_comparable as (select * from {{ ref('int_periods_comparable') }}),

made as (
    select
        figure_id,
        string_agg(figure_key, ' ' order by period desc, sign desc, figure_key asc) as made_of,
        count(*) filter (where operand = 'value') as terms,
        count(*) as keys,
        -- a change is of one series; where the later period leaves it out, the earlier one has it
        max(figure_key[length(period) + 2:]) as series
    from terms
    group by figure_id
),

compared as (
    select figure_id, periods_compared.comparison || '/' || periods_compared.period || '/' || series as change_key, not_comparable_reason
    from figures
    inner join made using (figure_id)
    inner join periods_compared on figures.last_period = periods_compared.period and figures.compared_period = periods_compared.compared_period
    inner join periods_comparable
        on periods_compared.comparison = periods_comparable.comparison
        and periods_compared.period = periods_comparable.period
        and figures.scope = periods_comparable.trajectory
    where figures.operation in ('change_abs', 'change_pct', 'change_pp') and made.terms <= 1
)

select
    figures.figure_id,
    case when figures.operation = 'value' and made.keys = 1 and figures.measure not like '% %' then made.made_of end as figure_key,
    compared.change_key,
    made.made_of,
    compared.not_comparable_reason
from figures
left join made using (figure_id)
left join compared using (figure_id)
