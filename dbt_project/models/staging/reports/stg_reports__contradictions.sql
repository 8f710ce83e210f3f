select
    cast(number as integer) as number,
    contradiction_id,
    explanation_nl,
    explanation_en
from {{ source('reports', 'contradictions') }}
