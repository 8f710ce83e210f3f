{#- Every combination of `group_by` has a row whose `column` is `value`. -#}
{% test in_every_group(model, group_by, column, value) %}
select {{ group_by | join(', ') }}
from {{ model }}
group by {{ group_by | join(', ') }}
having not bool_or({{ column }} = '{{ value }}')
{% endtest %}
