select
    quantity,
    dimension,
    trajectory as scope,
    period_type,
    unit,
    kind,
    measure,
    breakdown,
    numerator,
    denominator,
    why_not_nl,
    why_not_en
from {{ source('reports', 'readings') }}
