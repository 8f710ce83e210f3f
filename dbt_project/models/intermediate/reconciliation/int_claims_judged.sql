with

claims as (select * from {{ ref('stg_reports__claims') }}),

laid_out as (select * from {{ ref('int_claims_laid_out') }}),

-- as the numbers are, and among the same organisations where that is counted
on_each_basis as (
    select *, true as is_as_it_is from laid_out
    union all
    select * replace (like_for_like_change as change, like_for_like_compared_value as of_what), false as is_as_it_is
    from laid_out
    where is_like_for_like
),

tried as (
    select
        *,
        case
            when unit = 'percent' then {{ var('about_equal_points') }}
            else greatest({{ var('about_equal_clients') }}, {{ var('about_equal_pct') }} * abs(of_what) / 100)
        end as about_equal_below,
        case predicate
            when 'rose' then change > 0
            when 'fell' then change < 0
            when 'about_equal' then abs(change) < about_equal_below
            when 'majority' then value > 50
            when 'minority' then value < 50
            when 'highest' then place = 1 or change < 0
            when 'lowest' then place = 1 or change > 0
            when 'rose_most' then case when place = 1 then change > 0 else change / of_what < first(change / of_what) over in_group end
            when 'no_one_direction' then min(change) over in_group <= 0 and max(change) over in_group >= 0
        end as holds
    from on_each_basis
    window in_group as (
        partition by claim_id, is_as_it_is, group_number order by place rows between unbounded preceding and unbounded following
    )
),

together as (
    select
        claim_id,
        bool_or(change is null) as is_unknown,
        bool_or(is_incomplete) as is_incomplete,
        bool_and(coalesce(holds, false)) filter (where is_as_it_is) as holds,
        bool_and(coalesce(holds, false) and is_like_for_like is distinct from false) as holds_like_for_like,
        string_agg(distinct not_comparable_reason, '; ' order by not_comparable_reason) as not_comparable_reason
    from tried
    group by claim_id
)

select
    claims.claim_id,
    together.not_comparable_reason,
    case
        when together.claim_id is null then 'claim_not_measured'
        when is_incomplete then 'claim_incomplete'
        when is_unknown then 'claim_unknown'
        when not holds then 'claim_does_not_hold'
        when not_comparable_reason is not null then 'claim_of_other_quarters'
        when not holds_like_for_like then 'claim_not_like_for_like'
        else 'claim_holds'
    end as reason
from claims
left join together using (claim_id)
