select
    reason,
    verdict,
    explanation_nl,
    explanation_en
from {{ source('reports', 'explanations') }}
