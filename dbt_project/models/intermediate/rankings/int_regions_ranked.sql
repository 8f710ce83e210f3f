{#- ranking, its measure, by what it ranks (highest first), and the count that the minimum applies to with its Dutch name -#}
{%- set growth = 'change_pct_of_previous' %}
{%- set rankings = [
    ('clients_active', 'clients_active', 'value', 'clients_active', none),
    ('clients_started', 'clients_started', 'value', 'clients_started', none),
    ('growth_clients_active', 'clients_active', growth, 'clients_active', 'cliënten'),
    ('decline_clients_active', 'clients_active', '-' ~ growth, 'clients_active', 'cliënten'),
    ('highest_pct_ended_with_result', 'pct_ended_with_result', 'value', 'clients_ended', 'beëindigde trajecten'),
    ('lowest_pct_ended_with_result', 'pct_ended_with_result', '-value', 'clients_ended', 'beëindigde trajecten'),
] -%}
with

compared as (select * from {{ ref('int_regions_compared') }}),

unpivoted as (
    {%- for ranking, measure, ranked_by, counted, noun in rankings %}
    select
        period,
        compared_period,
        '{{ ranking }}' as ranking,
        region_code,
        organisations,
        compared_organisations,
        not_comparable_reason,
        {{ measure }} as value,
        compared_{{ measure }} as compared_value,
        {%- if measure.startswith('pct_') %}
        cast(null as double) as change_pct_of_previous,
        {%- else %}
        case when not_comparable_reason is null then {{ change_pct('(value - compared_value)', 'compared_value') }} end
            as change_pct_of_previous,
        {%- endif %}
        {{ ranked_by }} as ranked_by,
        {{ (growth in ranked_by) | lower }} as is_growth,
        {{ measure.startswith('pct_') | lower }} as is_percentage,
        {{ counted }} as counted,
        {{ "'" ~ noun ~ "'" if noun else 'null' }} as noun,
        {{ var('ranking_minimum') if noun else 'null' }} as ranking_minimum
    from compared
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

judged as (
    select
        *,
        case
            when organisations = 0 then 'geen organisatie in ' || period
            when is_growth and not_comparable_reason is not null then not_comparable_reason
            when is_growth and compared_organisations = 0 then 'geen organisatie in ' || compared_period
            when counted is null then 'niet bekend over ' || period
            when counted < ranking_minimum then 'minder dan ' || ranking_minimum || ' ' || noun || ' in ' || period
            when is_growth and compared_value < ranking_minimum
                then 'minder dan ' || ranking_minimum || ' ' || noun || ' in ' || compared_period
            when ranked_by is null then 'niets om door te delen'
        end as left_out_reason
    from unpivoted
)

select
    period,
    compared_period,
    ranking,
    region_code,
    case
        when left_out_reason is null
            then rank() over (partition by period, ranking, left_out_reason is null order by ranked_by desc)
    end as rank,
    value,
    compared_value,
    change_pct_of_previous,
    cast(case when is_growth then compared_value when is_percentage then counted end as bigint) as denominator,
    case when is_growth then 'clients_active_previous_year' when is_percentage then 'clients_ended' end as denominator_name,
    cast(ranking_minimum as bigint) as ranking_minimum,
    left_out_reason,
    not_comparable_reason,
    case when is_percentage then count(*) filter (where value > 50) over (partition by period, ranking) end as regions_above_50_pct,
    case when is_percentage then count(value) over (partition by period, ranking) end as regions_with_pct
from judged
