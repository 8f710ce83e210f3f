with

repeated as (select * from {{ ref('int_cells_repeated') }}),

flows as (select * from {{ ref('int_flows_compared') }}),

sent_again as (select * from {{ ref('int_deliveries_repeated') }}),

thresholds as (select * from {{ ref('stg_reference__warning_thresholds') }}),

-- beside the earlier delivery that it is most like, the newest of those; nobody's zeros are a repetition
deliveries as (
    select
        organisation_id,
        quarter,
        last_quarter,
        sum(cells) as cells,
        sum(cells_equal) as cells_equal
    from repeated
    group by organisation_id, quarter, last_quarter
    having max(largest) > 0
    qualify row_number() over (
        partition by organisation_id, quarter order by sum(cells_equal) = sum(cells) desc, last_quarter desc
    ) = 1
),

trajectories as (
    select repeated.*
    from repeated
    inner join deliveries using (organisation_id, quarter)
    cross join thresholds
    where
        thresholds.rule = 'W207'
        and repeated.quarters_since_last = 1
        and repeated.clients > thresholds.above_clients
        -- where all of the delivery is a repetition, that is said once
        and deliveries.cells_equal < deliveries.cells
)

select -- noqa: AM07
    'W206' as rule, organisation_id, quarter, last_quarter,
    cells_equal as found, cells - 1 as at_most
from deliveries
union all by name
select
    'W207' as rule, organisation_id, quarter, last_quarter, trajectory,
    cells_equal as found, cells - 1 as at_most, clients as value
from trajectories
union all by name
-- counted since January: none has fallen, and together they have grown
select
    'W208' as rule, organisation_id, quarter, last_quarter,
    cells - cells_fallen as found, cells - 1 as at_most, clients as value, last_clients as last_value
from flows
cross join thresholds
where
    rule = 'W208'
    and last_clients > above_clients
    and cells > above_cells
    and clients > last_clients * (1 + above_pct / 100)
union all by name
select
    'W210' as rule, organisation_id, quarter, quarter as last_quarter, missing_quarter,
    repeats as found, 0 as at_most
from sent_again
