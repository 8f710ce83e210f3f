select
    cast(number as integer) as number,
    contradiction_id,
    name_nl,
    name_en,
    explanation_nl,
    explanation_en
from {{ source('reports', 'contradictions') }}
