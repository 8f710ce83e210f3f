with

figures as (select * from {{ ref('int_figures_parsed') }}),

kinds as (select figure_id, kind from {{ ref('int_figures_read') }}),

computed as (select * from {{ ref('int_figures_computed') }}),

contradictions as (
    select figure_id, string_agg(contradiction_id, ' ' order by number) as contradictions
    from {{ ref('int_figures_contradicted') }}
    inner join {{ ref('stg_reports__contradictions') }} using (contradiction_id)
    group by all
),

compared as (
    select
        computed.*,
        kinds.kind,
        figures.published_value,
        figures.operation,
        figures.bound,
        figures.wording,
        contradictions.contradictions,
        {{ as_printed('computed_value', 'decimals') }} as computed_as_printed,
        {{ as_printed('value_on_current_base', 'decimals') }} as current_base_as_printed,
        power(10, -decimals) as last_decimal,
        -- "about 500" is printed to the hundred
        power(10, length(regexp_extract(cast(cast(published_value as bigint) as varchar), '0*$'))) as approximation,
        -- a count of clients is whole: only what was estimated, or derived from rounded numbers, can be off by rounding
        figures.unit in ('percent', 'pp') or (figures.unit = 'count' and (derived = 'implied' or computed_value <> round(computed_value))) as is_rounded
    from figures
    inner join kinds using (figure_id)
    inner join computed using (figure_id)
    left join contradictions using (figure_id)
)

-- the order of the verdicts: the first rule that holds
select
    figure_id,
    computed_value,
    computed_as_printed,
    numerator,
    denominator,
    contradictions,
    missing_period,
    case
        when missing in ('not_registered', 'no_deliveries', 'period_incomplete') then missing
        when published_value is null then case when computed_value is null then 'both_none' else 'nothing_printed' end
        when missing is not null then missing
        when computed_as_printed = published_value then
            case
                when wording = 'points_as_percent' then 'points_as_percent'
                when contradictions is not null then 'equal_but_contradicted'
                else 'equal'
            end
        when current_base_as_printed = published_value then 'current_base'
        when contradictions is not null then 'contradicted'
        when computed_value is null then case when kind = 'rank' then 'not_ranked' else 'nothing_to_divide_by' end
        when wording = 'approximate' and round(computed_value / approximation) * approximation = published_value then 'approximate'
        when (bound = 'lower' and computed_value >= published_value) or (bound = 'upper' and computed_value <= published_value) then 'within_bound'
        when is_rounded and wording is null and abs(computed_as_printed - published_value) < 1.5 * last_decimal then 'last_decimal'
        when abs(current_base_as_printed - published_value) < 1.5 * last_decimal then 'near_current_base'
        else 'differs'
    end as reason
from compared
