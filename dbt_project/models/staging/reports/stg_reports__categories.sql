select
    dimension,
    published_category,
    category,
    name_nl,
    name_en
from {{ source('reports', 'categories') }}
