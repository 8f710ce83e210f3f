with

quarters as (select * from {{ ref('stg_reference__quarters') }}),

named as (
    select
        quarter,
        quarter_index,
        deadline,
        first_day,
        substr(quarter, 1, 4) as year,
        substr(quarter, 1, 4) || '-H' || (quarter_index % 4 // 2 + 1) as half_year
    from quarters
),

final as (
    select 'quarter' as period_type, quarter as period, quarter, quarter_index, deadline, first_day as period_start
    from named
    union all
    select 'half_year', half_year, quarter, quarter_index, deadline, make_date(cast(year as integer), quarter_index % 4 // 2 * 6 + 1, 1)
    from named
    union all
    select 'year', year, quarter, quarter_index, deadline, make_date(cast(year as integer), 1, 1)
    from named
)

select * from final
