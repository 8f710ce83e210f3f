with

shares (measure, numerator, denominator) as (
    values
    {%- for share in quarterly_indicators() | selectattr('numerator', 'defined') %}
    ('{{ share.measure }}', '{{ share.numerator }}', '{{ share.denominator }}'){{ ',' if not loop.last }}
    {%- endfor %}
),

parts as (select * from {{ ref('int_parts_compared') }} where comparison = 'previous_quarter')

-- over the pairs whose numerator is known in both quarters
select
    numerators.period,
    coalesce(numerators.region_code, 'all') as region_code,
    coalesce(numerators.trajectory, 'all') as trajectory,
    shares.measure,
    {%- for side in ['value', 'compared_value'] %}
    100.0 * sum(numerators.{{ side }}) / nullif(sum(denominators.{{ side }}), 0) as like_for_like_{{ side }}{{ ',' if not loop.last }}
    {%- endfor %}
from parts as numerators
inner join shares on numerators.measure = shares.numerator
inner join parts as denominators
    on numerators.period = denominators.period
    and numerators.organisation_id = denominators.organisation_id
    and numerators.region_code = denominators.region_code
    and numerators.trajectory = denominators.trajectory
    and shares.denominator = denominators.measure
where numerators.is_like_for_like
group by numerators.period, shares.measure, cube (numerators.region_code, numerators.trajectory)
