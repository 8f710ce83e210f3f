select
    measure,
    name_nl,
    name_en,
    unit,
    registered_as,
    definition_nl,
    period_definition_nl,
    formula_nl,
    period_formula_nl,
    source,
    notes_nl
from {{ source('reference', 'indicators') }}
