{#-
    The parts add up to the whole: summed over `group_by`, this model equals `compare_to`. Whole numbers exactly, estimates
    (DOUBLE) within 1e-9 relative, and unknown only where every part is unknown.

    measures: the macro that names the columns (quarterly_counts, period_counts, summed_flows), or `columns` a list of them.
    With quarterly_cells or period_cells the parts are a breakdown mart: each column of the whole is the sum of its cells.
    into: year or half_year when the parts are quarters of those periods.
    zero_rows_left_out: rows that are all 0 or unknown are not published (METHOD, grain and vocabulary). Among the parts they can be the only
    known ones, so 0 in the whole also equals unknown in the parts; and parts that are 0 may have no whole at all.
-#}
{% test adds_up_to(model, compare_to, group_by, measures=none, columns=none, into=none, zero_rows_left_out=false) %}
{%- set sets = {
    'quarterly_counts': quarterly_counts(), 'period_counts': period_counts(), 'summed_flows': summed_flows(),
    'quarterly_cells': [], 'period_cells': [],
} %}
{%- set cells = {} %}
{%- for item in cell_measures() if measures in ('quarterly_cells', 'period_cells') %}
{%- set is_summed = item.column in ['clients_active'] + summed_flows() + averaged_measures() %}
{%- if measures == 'quarterly_cells' or is_summed %}
{%- do cells.update({item.column: "measure = '" ~ item.measure ~ "' and " ~ item.cells}) %}
{%- do sets[measures].append(item.column) %}
{%- endif %}
{%- endfor %}
{%- set columns = columns or sets[measures] %}
{%- set key = group_by | join(', ') %}
{#- worked out apart from the models, so that it can contradict them -#}
{%- set half_year = "substr(period, 1, 4) || case when substr(period, 6) in ('Q1', 'Q2') then '-H1' else '-H2' end" %}
{%- set coarser_period = {'year': 'substr(period, 1, 4)', 'half_year': half_year} %}
with

parts as (
    select
        {%- for column in group_by %}
        {{ coarser_period[into] if into and column == 'period' else column }} as {{ column }},
        {%- endfor %}
        {%- for column in columns %}
        sum({{ 'clients' if cells else column }}) {{ 'filter (where ' ~ cells[column] ~ ')' if cells }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
    group by {{ range(1, group_by | length + 1) | join(', ') }}
),

wholes as (
    select
        {{ key }},
        {%- for column in columns %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        true as is_there
    from {{ compare_to }}
    group by {{ key }}
)

select
    {{ key }},
    {%- for column in columns %}
    parts.{{ column }} as {{ column }}_parts,
    wholes.{{ column }} as {{ column }}_whole{{ ',' if not loop.last }}
    {%- endfor %}
from parts
full join wholes using ({{ key }})
where
    {%- for column in columns %}
    {%- set whole = 'wholes.' ~ column %}
    {%- set part = 'parts.' ~ column %}
    {%- if zero_rows_left_out %}
    {%- set part = 'coalesce(parts.' ~ column ~ ', case when wholes.' ~ column ~ ' = 0 then 0 end)' %}
    {%- set whole = 'coalesce(wholes.' ~ column ~ ', case when wholes.is_there is null and parts.' ~ column ~ ' = 0 then 0 end)' %}
    {%- endif %}
    {{ 'or ' if not loop.first }}case
        when 'double' in (lower(typeof({{ whole }})), lower(typeof({{ part }}))) and {{ part }} is not null and {{ whole }} is not null
            then abs({{ part }} - {{ whole }}) > 1e-9 * greatest(abs({{ part }}), abs({{ whole }}))
        else {{ part }} is distinct from {{ whole }}
    end
    {%- endfor %}
{% endtest %}
