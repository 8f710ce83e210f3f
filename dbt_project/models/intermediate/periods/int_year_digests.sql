with

contributions as (select * from {{ ref('int_contributions_rolled_up') }} where period_type = 'year'),

-- estimates to six decimals: the digest must not change with the last bit of a sum
as_text as (
    select
        period,
        concat_ws(
            '|', organisation_id, region_code, trajectory, has_cells
            {%- for measure in period_counts() %}, coalesce(cast(round({{ measure }}, 6) as varchar), '-'){% endfor %}
        ) as line
    from contributions
)

select
    cast(period as integer) as year,
    md5(string_agg(line, chr(10) order by line)) as values_digest
from as_text
group by period
