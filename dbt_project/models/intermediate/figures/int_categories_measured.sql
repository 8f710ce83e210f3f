with

categories as (
    select
        *,
        {{ named_measure('measure') }} as of_measure,
        {{ counts_client_quarters('is_quarter') }} as are_client_quarters,
        not is_quarter and measure = 'clients' and breakdown = 'funding' as is_estimated
    from {{ ref('int_categories_added_up') }}
),

-- the count, its share, and of clients in (durable) paid work those of all in the category, as the nation's reports print it
listed as (
    select
        period,
        scope,
        region_code,
        is_published,
        breakdown,
        category,
        case when is_estimated then 'clients_started' else measure end as known_as,
        is_estimated as is_estimate,
        case when are_client_quarters then 'client_quarters_' || of_measure else of_measure end as counted_as,
        unnest([
            {
                'measure': counted_as,
                'value': clients,
                'numerator': null::double,
                'denominator': null::double,
                'denominator_measure': null::varchar,
                'unit': case when are_client_quarters then 'client_quarters' else 'count' end,
                'aggregation':
                    case
                        when is_estimated then 'stock-flow estimate'
                        when measure = 'unpaid_work' and not is_quarter then 'mean'
                        when measure = 'unpaid_work' or {{ is_stock_category() }} then 'stock'
                        else 'flow'
                    end,
                'is_asked': true
            },
            {
                'measure': 'share_of_' || of_measure,
                'value': 100.0 * clients / nullif(known_total, 0),
                'numerator': clients,
                'denominator': known_total,
                'denominator_measure': counted_as,
                'unit': 'percent',
                'aggregation': 'share',
                'is_asked': has_share
            },
            {
                'measure': 'pct_' || of_measure,
                'value': {{ pct_of_category('clients', 'clients_in_category') }},
                'numerator': clients,
                'denominator': clients_in_category,
                'denominator_measure': case when are_client_quarters then 'client_quarters_clients_active' else 'clients_active' end,
                'unit': 'percent',
                'aggregation': 'share',
                'is_asked': measure in ('paid_work', 'durable_paid_work') and region_code = 'all'
            }
        ], recursive := true)
    from categories
)

select * exclude (counted_as, is_asked)
from listed
where is_asked
