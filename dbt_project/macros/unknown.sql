{#- greatest() with unknown kept unknown: DuckDB's own skips NULL, and greatest(0, NULL) would turn unknown into 0. -#}
{% macro floored(expression) -%}
    case when ({{ expression }}) is not null then greatest(0, {{ expression }}) end
{%- endmacro %}

{#- The known parts of a count added up as BIGINT (DuckDB's own sum is HUGEINT); NULL when every part is unknown. -#}
{% macro total(count) -%}
    cast(sum({{ count }}) as bigint)
{%- endmacro %}

{#-
    The known parts of an estimate added up as DOUBLE; NULL when every part is unknown. They are added up as whole numbers, of
    a 2^40th each (a millionth of a millionth), so the order in which files arrived cannot move the last bit, and nothing needs
    sorting. A HUGEINT holds sums up to 2^86; a cell is at most a million.
-#}
{% macro total_estimate(estimate) -%}
    (cast(sum(cast({{ estimate }} * 1099511627776e0 as hugeint)) as double) / 1099511627776e0)
{%- endmacro %}

{#-
    100 × numerator / denominator over the parts (the rows added up) whose numerator is known: who withheld the
    numerator is in neither (METHOD, quarterly measures). NULL where the denominator is 0. `add` is how the numerator is
    added up: `total`, or `total_estimate` when it is an estimate.
-#}
{% macro percentage(numerator, denominator, add=total) -%}
    (100.0 * {{ add(numerator) }} / nullif({{ where_known(denominator, numerator) }}, 0))
{%- endmacro %}

{#- A change relative to one of its two ends, in percent; unknown where that end is 0. -#}
{% macro change_pct(change, base) -%}
    100.0 * {{ change }} / nullif({{ base }}, 0)
{%- endmacro %}

{#- A denominator: added up over the parts whose numerator is known. -#}
{% macro where_known(denominator, numerator) -%}
    sum({{ denominator }}) filter (where {{ numerator }} is not null)
{%- endmacro %}
