{#-
    A series by one number: the hash of what tells one from another. A join on the number takes a fraction of one on eight
    columns; that no two series share it, the grain of int_series_listed proves in every run. `is_quarter`: whether the series
    is of quarters.
-#}
{% macro series_number(is_quarter="contains(period, 'Q')", scope='scope', measure='measure', breakdown='breakdown', category='category') -%}
    hash({{ is_quarter }}, region_code, organisation_id, {{ scope }}, {{ measure }}, {{ breakdown }}, {{ category }})
{%- endmacro %}

{#- Two periods that are compared, by one number. -#}
{% macro pairing_number() -%}
    hash(comparison, period)
{%- endmacro %}

{#- Of whom a series is compared, by one number: scope, region, breakdown, and what is known. -#}
{% macro pairs_number(scope='scope', known_as='known_as') -%}
    hash({{ scope }}, region_code, breakdown, {{ known_as }})
{%- endmacro %}
