with

-- what is not there has no numbers
laid_out as (select * from {{ ref('int_claims_laid_out') }} where unit is not null),

scopes as (select distinct scope, scope_name from {{ ref('int_scopes_listed') }}),

indicators as (select measure, name_nl from {{ ref('stg_reference__indicators') }}),

labels as (
    select
        {{ named_measure('measure') }} as measure,
        breakdown,
        category,
        any_value(label_nl[:strpos(label_nl, ': ') - 1]) as measure_nl,
        any_value(label_nl[strpos(label_nl, ': ') + 2:]) as category_nl
    from {{ ref('stg_reference__cell_labels') }}
    group by all
),

regions as (select region_code, region_name from {{ ref('stg_reference__regions') }}),

named as (
    select
        laid_out.*,
        case laid_out.unit when 'percent' then 1 else 0 end as decimals,
        regexp_replace(laid_out.measure, '^(share_of|client_quarters)_', '') as of_measure
    from laid_out
),

worded as (
    select
        claim_id,
        group_number,
        place,
        concat_ws(
            ', ',
            coalesce(regions.region_name, scopes.scope_name),
            lower(coalesce(indicators.name_nl, labels.measure_nl))
            || case when starts_with(named.measure, 'share_of_') then ' (aandeel)' else '' end
            || coalesce(', ' || labels.category_nl, ''),
            case when is_change then compared_period || ' → ' else '' end || period
        )
        || ': ' || case when is_change then {{ in_words('compared_value', 'decimals', 'unit', 'nl') }} || ' → ' else '' end
        || {{ in_words('value', 'decimals', 'unit', 'nl') }}
        || case
            when is_change and is_like_for_like
                then ' (bij dezelfde leveranciers ' || case when like_for_like_change > 0 then '+' else '' end
                    || {{ in_words('like_for_like_change', 'decimals', 'unit', 'nl') }} || ')'
            else ''
        end as numbers_nl
    from named
    left join scopes using (scope)
    left join regions using (region_code)
    left join indicators on named.of_measure = indicators.measure
    left join labels
        on regexp_replace(named.of_measure, '^pct_', '') = labels.measure
        and named.breakdown = labels.breakdown
        and named.category = labels.category
)

select
    claim_id,
    string_agg(numbers_nl, '; ' order by group_number, place) as numbers_nl
from worded
group by claim_id
