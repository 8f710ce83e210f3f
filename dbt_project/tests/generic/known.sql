{#- None of these columns is unknown: one test for the whole row, since every test costs a query. -#}
{% test known(model, columns) %}
select *
from {{ model }}
where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
