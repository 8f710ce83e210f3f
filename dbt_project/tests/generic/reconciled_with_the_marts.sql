{#-
    Every computed value of the reconciliation that is a row of figures, or of changes, is there once and with that value; of
    periods that are not compared the two values are, whose difference it is.
-#}
{% test reconciled_with_the_marts(model) %}
with

beside as (
    select
        reconciled.figure_id,
        reconciled.computed_value,
        case
            when reconciled.figure_key is not null then figures.value
            when reconciled.not_comparable_reason is not null and reconciled.printed_measure = 'change_pct'
                then {{ change_pct('(changes.value - changes.compared_value)', 'changes.compared_value') }}
            when reconciled.not_comparable_reason is not null then changes.value - changes.compared_value
            when reconciled.printed_measure = 'change_pct' then changes.change_pct_of_previous
            when reconciled.printed_measure = 'change_pp' then changes.change_points
            else changes.change
        end as value_there,
        count(*) over (partition by reconciled.figure_id) as rows_there
    from {{ model }} as reconciled
    left join {{ ref('figures') }} as figures using (figure_key)
    left join {{ ref('changes') }} as changes using (change_key)
    where reconciled.computed_value is not null and coalesce(reconciled.figure_key, reconciled.change_key) is not null
)

select * from beside
where rows_there <> 1 or value_there is null or abs(value_there - computed_value) > 1e-9
{% endtest %}
