select
    reason,
    verdict,
    explanation_nl,
    explanation_en
from {{ source('published', 'explanations') }}
