with

dictionary as (select * from {{ ref('stg_reference__cell_labels') }}),

-- the label of a cell says what it counts, then of which category
categories as (
    select
        measure,
        breakdown,
        category,
        any_value(label_nl[strpos(label_nl, ': ') + 2:]) as name_nl,
        any_value(label_en[strpos(label_en, ': ') + 2:]) as name_en,
        min(position) as position,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to
    from dictionary
    where breakdown <> 'total'
    group by all
    union all
    values ('clients', 'funding', 'unknown', 'financiering onbekend', 'funding unknown', 10000, null, null)
)

select
    {{ named_measure('measure') }} as measure,
    breakdown,
    category,
    name_nl,
    name_en,
    cast(row_number() over (partition by measure, breakdown order by position) as bigint) as category_order,
    not {{ adds_up() }} as categories_overlap,
    {{ has_share() }} as has_share,
    valid_from,
    valid_to
from categories
