{#- The relation holds one row, no more and no less. -#}
{% test one_row(model) %}
select count(*) as number_of_rows
from {{ model }}
having count(*) <> 1
{% endtest %}
