{#- those of 0.2, for closings of which only the digest is kept: a measure that came later changes none of them -#}
{%- set digested = [
    'clients_active', 'paid_work', 'durable_paid_work', 'in_education', 'clients_lost', 'clients_left_uncounted',
    'clients_started', 'clients_ended', 'ended_with_result', 'ended_without_result',
    'started_paid_work', 'stopped_paid_work', 'started_education', 'stopped_education',
    'unpaid_day_activity', 'unpaid_volunteer_or_work_experience', 'unpaid_trial_placement',
] -%}
with

contributions as (select * from {{ ref('int_contributions_rolled_up') }} where period_type = 'year'),

-- estimates to six decimals: the digest must not change with the last bit of a sum
as_text as (
    select
        period,
        concat_ws(
            '|', organisation_id, region_code, trajectory, has_cells
            {%- for measure in digested %}, coalesce(cast(round({{ measure }}, 6) as varchar), '-'){% endfor %}
        ) as line
    from contributions
)

select
    cast(period as integer) as year,
    md5(string_agg(line, chr(10) order by line)) as values_digest
from as_text
group by period
