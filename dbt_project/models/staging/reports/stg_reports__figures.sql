select
    figure_id,
    source,
    locator,
    period,
    geography,
    trajectory,
    breakdown,
    measure,
    value,
    unit,
    derived,
    wording,
    note
from {{ source('reports', 'figures') }}
