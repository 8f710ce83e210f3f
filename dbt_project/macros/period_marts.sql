{#-
    A mart of one period type at one level: the parts (organisation × region × trajectory) added up per period and place.
    Quarters come from the quarterly contributions, half-years and years from those rolled up; the keys, and what else is
    known of the period there (coverage, expected organisations, statuses), follow from the level and the period.
    `level`: national, trajectory, region or organisation. `period_type`: quarter, half_year or year.
-#}
{% macro period_mart(level, period_type) -%}
{%- set quarterly = period_type == 'quarter' -%}
{%- set with_region = level in ['region', 'organisation'] -%}
{%- set with_trajectory = level != 'national' -%}
{%- set nationwide = level in ['national', 'trajectory'] -%}
with

contributions as (select * from {{ ref('int_contributions_quarterly' if quarterly else 'int_contributions_rolled_up') }}),

periods as ({{ periods_of(period_type, per='quarter' if quarterly else '') }}),
{%- if with_region %}

regions as (select * from {{ ref('stg_reference__regions') }}),
{%- endif %}
{%- if with_trajectory %}

trajectories as (select * from {{ ref('stg_reference__trajectories') }}),
{%- endif %}
{%- if not quarterly %}

quarters_covered as (select * from {{ ref('int_quarters_covered') }} where measure_group = 'core'),
{%- endif %}
{%- if nationwide %}

statuses as (select * from {{ ref('int_period_statuses') }}),
{%- endif %}
{%- if period_type == 'year' %}

year_statuses as (select cast(year as varchar) as period, year_status from {{ ref('int_year_statuses') }}),
{%- endif %}

aggregated as (
    select
        period,
        period_start,
        {%- if level == 'organisation' %}
        organisation_id,
        {%- endif %}
        {%- if with_region %}
        region_code,
        region_name,
        {%- endif %}
        {%- if with_trajectory %}
        trajectory,
        trajectory_name,
        {%- endif %}
        {%- if level != 'organisation' %}
        {{ organisations() }} as organisations,
        {%- endif %}
        {{ quarterly_measures() if quarterly else period_measures() }}
        {%- if quarterly and level == 'national' %},
        {{ headline_measures() }}
        {%- endif %}
    from contributions
    inner join periods using ({{ 'quarter' if quarterly else 'period' }})
    {%- if with_region %}
    inner join regions using (region_code)
    {%- endif %}
    {%- if with_trajectory %}
    inner join trajectories using (trajectory)
    {%- endif %}
    group by all
    having {{ worth_a_row(quarterly_counts() if quarterly else period_counts()) }}
)

{#- of several trajectories together the row without one -#}
{%- set of_the_place -%}
    {{ 'aggregated.trajectory = known.trajectory' if with_trajectory else 'known.trajectory is null' }}
{%- endset %}

select
    aggregated.*
    {%- if not quarterly %},
    quarters_covered.quarters
    {%- endif %}
    {%- if nationwide %},
    statuses.expected_organisations,
    statuses.period_status
    {%- endif %}
    {%- if period_type == 'year' %},
    year_statuses.year_status
    {%- endif %}
from aggregated
{%- if not quarterly %}
left join quarters_covered
    on aggregated.period = quarters_covered.period and {{ of_the_place | replace('known', 'quarters_covered') }}
{%- endif %}
{%- if nationwide %}
left join statuses
    on aggregated.period = statuses.period and {{ of_the_place | replace('known', 'statuses') }}
{%- endif %}
{%- if period_type == 'year' %}
left join year_statuses on aggregated.period = year_statuses.period
{%- endif %}
{%- endmacro %}
