select
    contradiction_id,
    figure_id,
    source,
    locator,
    period,
    geography,
    trajectory,
    breakdown,
    measure
from {{ source('reports', 'contradicted_figures') }}
