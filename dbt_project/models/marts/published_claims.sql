with

claims as (select * from {{ ref('stg_reports__claims') }}),

judged as (select * from {{ ref('int_claims_judged') }}),

worded as (select * from {{ ref('int_claims_worded') }}),

explanations as (select * from {{ ref('stg_reports__explanations') }})

select
    claims.claim_id,
    claims.source,
    claims.locator,
    claims.claim_nl,
    claims.predicate,
    claims.keys,
    explanations.verdict,
    judged.reason,
    worded.numbers_nl,
    {%- for language in ['nl', 'en'] %}
    {{ filled_in('explanations.explanation_' ~ language, {
        'numbers': "worded.numbers_nl",
        'not_comparable': "judged.not_comparable_reason",
    }) }} as explanation_{{ language }}{{ ',' if not loop.last }}
    {%- endfor %}
from claims
inner join judged using (claim_id)
left join explanations using (reason)
left join worded using (claim_id)
