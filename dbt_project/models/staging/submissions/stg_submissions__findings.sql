select
    receipt,
    rule,
    level,
    location,
    found,
    expected,
    message,
    nullif(region_code, '') as region_code,
    nullif(trajectory, '') as trajectory,
    nullif(measure, '') as measure,
    nullif(breakdown, '') as breakdown,
    nullif(category, '') as category,
    figures
from {{ source('submissions', 'findings') }}
