{%- set part_of_all = {'measure': 'pct_of_all_trajectories', 'numerator': 'clients_active', 'denominator': 'clients_active'} %}
with

described (is_quarter, measure, known_as, denominator_measure, aggregation, is_estimate) as (
    values
    {%- for frequency in ['quarterly', 'period'] %}
    {%- set outer = loop %}
    {%- for indicator in figure_indicators(frequency) + [part_of_all] %}
    (
        {{ 'true' if frequency == 'quarterly' else 'false' }},
        '{{ indicator.measure }}',
        '{{ known_by(indicator.numerator or indicator.measure, frequency) }}',
        {{ "'" ~ indicator.denominator ~ "'" if indicator.denominator else 'null' }},
        '{{ aggregation_of(indicator, frequency) }}',
        {{ 'true' if frequency == 'period' and 'durable_paid_work' in [indicator.measure, indicator.numerator] else 'false' }}
    ){{ ',' if not (loop.last and outer.last) }}
    {%- endfor %}
    {%- endfor %}
),

indicators as (select * from {{ ref('stg_reference__indicators') }})

select
    described.*,
    indicators.unit
from described
inner join indicators using (measure)
