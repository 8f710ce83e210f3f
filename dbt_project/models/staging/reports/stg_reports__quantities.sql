select
    quantity,
    name_nl,
    name_en
from {{ source('reports', 'quantities') }}
