{{ config(materialized='view') }}

{%- set words = {
    'nl': {
        'change_abs': 'verandering sinds', 'change_pct': 'verandering in % sinds', 'change_pp': 'verandering in procentpunten sinds',
        'mean_change': 'gemiddelde verandering per half jaar sinds', 'lower': 'ondergrens', 'upper': 'bovengrens',
    },
    'en': {
        'change_abs': 'change since', 'change_pct': 'change in % since', 'change_pp': 'change in percentage points since',
        'mean_change': 'mean change per half-year since', 'lower': 'lower bound', 'upper': 'upper bound',
    },
} %}
with

figures as (select * from {{ ref('int_figures_parsed') }}),

quantities as (select * from {{ ref('stg_reports__quantities') }}),

categories as (select distinct dimension, published_category, name_nl, name_en from {{ ref('stg_reports__categories') }})

select
    figures.figure_id
    {%- for language, word in words.items() %},
    quantities.name_{{ language }}
    || coalesce(', ' || categories.name_{{ language }}, '')
    || case operation
        {%- for operation in ['change_abs', 'change_pct', 'change_pp', 'mean_change'] %}
        when '{{ operation }}' then ': {{ word[operation] }} ' || compared_period
        {%- endfor %}
        else ''
    end
    || case bound when 'lower' then ' ({{ word.lower }})' when 'upper' then ' ({{ word.upper }})' else '' end as what_{{ language }}
    {%- endfor %}
from figures
left join quantities using (quantity)
left join categories using (dimension, published_category)
