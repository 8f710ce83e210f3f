{#-
    Every combination of these columns stands in the other relation too: a join on them drops no row. With `valid_in` (the
    model's column that holds a quarter), in a row of it whose valid_from and valid_to include that quarter.
-#}
{% test found_in(model, columns, to, valid_in=none) %}
select distinct
    {%- for column in columns + ([valid_in] if valid_in else []) %}
    child.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ model }} as child
left join {{ to }} as parent
    on
    {%- for column in columns %}
    {{ 'and ' if not loop.first }}child.{{ column }} = parent.{{ column }}
    {%- endfor %}
    {%- if valid_in %}
    and {{ within('child.' ~ valid_in, 'parent.valid_from', 'parent.valid_to') }}
    {%- endif %}
where parent.{{ columns[0] }} is null
{% endtest %}
