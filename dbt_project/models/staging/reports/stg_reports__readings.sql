select
    quantity,
    dimension,
    trajectory as scope,
    period_type,
    unit,
    kind,
    numerator,
    breakdown,
    denominator,
    why_not_nl,
    why_not_en
from {{ source('reports', 'readings') }}
