{#- A statement about one row that is true of every row (or unknown). -#}
{% test holds(model, expression) %}
select *
from {{ model }}
where not ({{ expression }})
{% endtest %}
