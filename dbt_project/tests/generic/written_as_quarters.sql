{#- Quarters are compared as text, so each must be written 2024-Q1 (NULL: open-ended). -#}
{% test written_as_quarters(model, columns) %}
select *
from {{ model }}
where {% for column in columns %}not regexp_full_match({{ column }}, '[0-9]{4}-Q[1-4]'){{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
