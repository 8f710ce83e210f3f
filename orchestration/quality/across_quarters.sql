-- Made by `make docs` from dbt_project/models: change it there.

create or replace view "staging"."stg_submissions__cells" as
select
    receipt,
    region_code,
    trajectory,
    measure,
    breakdown,
    category,
    case when measure <> 'declaration' then cast(clients as bigint) end as clients,
    location
from "raw"."cells";

create or replace view "staging"."stg_submissions__deliveries" as
select
    receipt,
    organisation_id,
    quarter,
    version,
    landed_at,
    cells_sha256,
    is_deferred
from "raw"."deliveries";

create or replace table "intermediate"."int_deliveries_in_force" as
with
deliveries as (select * from "staging"."stg_submissions__deliveries"),
cells as (select * from "staging"."stg_submissions__cells"),
withdrawals as (
    select distinct receipt from cells where measure = 'declaration' and category = 'withdrawn'
),
in_force as (
    select *
    from deliveries
    where is_deferred is distinct from true
    qualify row_number() over (partition by organisation_id, quarter order by receipt desc) = 1
)
select
    in_force.receipt,
    in_force.organisation_id,
    in_force.quarter,
    in_force.version,
    in_force.landed_at,
    withdrawals.receipt is not null as is_withdrawn
from in_force
left join withdrawals using (receipt);

create or replace table "intermediate"."int_cells_in_force" as
with
deliveries as (select * from "intermediate"."int_deliveries_in_force"),
cells as (select * from "staging"."stg_submissions__cells")
select
    deliveries.organisation_id,
    deliveries.quarter,
    cells.region_code,
    cells.trajectory,
    cells.measure,
    cells.breakdown,
    cells.category,
    cells.clients,
    cells.location
from cells
inner join deliveries using (receipt)
where cells.measure <> 'declaration';

create or replace table "intermediate"."int_declarations_in_force" as
with
deliveries as (select * from "intermediate"."int_deliveries_in_force"),
cells as (select * from "staging"."stg_submissions__cells")
select
    deliveries.organisation_id,
    deliveries.quarter,
    cells.trajectory,
    cells.category as declaration
from cells
inner join deliveries using (receipt)
where cells.measure = 'declaration' and cells.category = 'not_offered';

create or replace view "staging"."stg_reference__data_dictionary" as
select
    trajectory,
    measure_group,
    measure,
    breakdown,
    category,
    valid_from,
    valid_to
from "reference"."data_dictionary";

create or replace view "staging"."stg_reference__quarters" as
select
    quarter,
    (cast(substr(quarter, 1, 4) as integer) * 4 + cast(substr(quarter, 7, 1) as integer) - 1) as quarter_index,
    cast(first_day as date) as first_day,
    cast(deadline as date) as deadline
from "reference"."quarters";

create or replace table "intermediate"."int_groups_delivered" as
with
cells as (select * from "intermediate"."int_cells_in_force"),
dictionary as (select * from "staging"."stg_reference__data_dictionary"),
quarters as (select * from "staging"."stg_reference__quarters")
select distinct
    cells.organisation_id,
    cells.trajectory,
    cells.quarter,
    quarters.quarter_index,
    dictionary.measure_group
from cells
inner join dictionary using (trajectory, measure, breakdown, category)
inner join quarters using (quarter);

create or replace table "intermediate"."int_groups_continued" as
with
groups_delivered as (select * from "intermediate"."int_groups_delivered"),
deliveries as (select * from "intermediate"."int_deliveries_in_force" where not is_withdrawn),
not_offered as (select * from "intermediate"."int_declarations_in_force"),
dictionary as (select * from "staging"."stg_reference__data_dictionary"),
quarters as (select * from "staging"."stg_reference__quarters"),
delivered_before as (
    select
        groups_delivered.organisation_id,
        groups_delivered.trajectory,
        groups_delivered.measure_group,
        groups_delivered.quarter as last_quarter,
        quarters.quarter
    from groups_delivered
    inner join quarters on quarters.quarter_index = groups_delivered.quarter_index + 1
    inner join deliveries
        on groups_delivered.organisation_id = deliveries.organisation_id and quarters.quarter = deliveries.quarter
),
asked as (
    select distinct quarters.quarter, dictionary.trajectory, dictionary.measure_group
    from dictionary
    inner join quarters on quarters.quarter >= coalesce(dictionary.valid_from, quarters.quarter) and quarters.quarter <= coalesce(dictionary.valid_to, quarters.quarter)
)
select
    delivered_before.organisation_id,
    delivered_before.trajectory,
    delivered_before.measure_group,
    delivered_before.quarter,
    delivered_before.last_quarter,
    still.quarter is null as is_absent
from delivered_before
inner join asked using (trajectory, measure_group, quarter)
left join not_offered using (organisation_id, trajectory, quarter)
left join groups_delivered as still using (organisation_id, trajectory, measure_group, quarter)
left join groups_delivered as core
    on delivered_before.organisation_id = core.organisation_id
    and delivered_before.trajectory = core.trajectory
    and delivered_before.quarter = core.quarter
    and core.measure_group = 'core'
where not_offered.declaration is null and (delivered_before.measure_group = 'core' or core.quarter is not null);

create or replace table "intermediate"."int_region_overlaps_counted" as
with
cells as (select * from "intermediate"."int_cells_in_force"),
regions_served as (
    select distinct organisation_id, quarter, region_code from cells
),
deliveries as (
    select
        organisation_id,
        quarter,
        lag(quarter) over (partition by organisation_id order by quarter) as last_quarter
    from (select distinct organisation_id, quarter from regions_served)
)
select
    deliveries.organisation_id,
    deliveries.quarter,
    deliveries.last_quarter,
    count(*) as regions,
    count(*) filter (where served_before.region_code is null) as regions_new
from deliveries
inner join regions_served using (organisation_id, quarter)
left join regions_served as served_before
    on deliveries.organisation_id = served_before.organisation_id
    and deliveries.last_quarter = served_before.quarter
    and regions_served.region_code = served_before.region_code
where deliveries.last_quarter is not null
group by all;

create or replace table "intermediate"."int_cells_repeated" as
with
cells as (select * from "intermediate"."int_cells_in_force"),
dictionary as (select * from "staging"."stg_reference__data_dictionary"),
quarters as (select * from "staging"."stg_reference__quarters"),
delivered as (
    select distinct organisation_id, quarter, quarter_index from cells inner join quarters using (quarter)
),
pairs as (
    select
        delivered.organisation_id,
        delivered.quarter,
        earlier.quarter as last_quarter,
        delivered.quarter_index - earlier.quarter_index as quarters_since_last
    from delivered
    inner join delivered as earlier
        on delivered.organisation_id = earlier.organisation_id
        and earlier.quarter_index between delivered.quarter_index - 4 and delivered.quarter_index - 1
),
both_sides as (
    select pairs.*, region_code, trajectory, measure, breakdown, category, clients, true as is_now
    from pairs
    inner join cells on pairs.organisation_id = cells.organisation_id and pairs.quarter = cells.quarter
    inner join dictionary using (trajectory, measure, breakdown, category)
    where
        pairs.quarter >= coalesce(dictionary.valid_from, pairs.quarter) and pairs.quarter <= coalesce(dictionary.valid_to, pairs.quarter)
        and pairs.last_quarter >= coalesce(dictionary.valid_from, pairs.last_quarter) and pairs.last_quarter <= coalesce(dictionary.valid_to, pairs.last_quarter)
    union all
    select pairs.*, region_code, trajectory, measure, breakdown, category, clients, false as is_now
    from pairs
    inner join cells on pairs.organisation_id = cells.organisation_id and pairs.last_quarter = cells.quarter
    inner join dictionary using (trajectory, measure, breakdown, category)
    where
        pairs.quarter >= coalesce(dictionary.valid_from, pairs.quarter) and pairs.quarter <= coalesce(dictionary.valid_to, pairs.quarter)
        and pairs.last_quarter >= coalesce(dictionary.valid_from, pairs.last_quarter) and pairs.last_quarter <= coalesce(dictionary.valid_to, pairs.last_quarter)
),
compared as (
    select
        organisation_id,
        quarter,
        last_quarter,
        quarters_since_last,
        region_code, trajectory, measure, breakdown, category,
        count(*) = 2 and min(clients) = max(clients) as is_equal,
        max(clients) filter (where is_now) as clients
    from both_sides
    group by all
)
select
    organisation_id,
    quarter,
    last_quarter,
    quarters_since_last,
    trajectory,
    count(*) as cells,
    count(*) filter (where is_equal) as cells_equal,
    coalesce(max(clients), 0) as largest,
    coalesce(sum(clients) filter (where measure = 'clients' and breakdown = 'funding'), 0) as clients
from compared
group by all;

create or replace table "intermediate"."int_cells_replaced" as
with
in_force as (select * from "intermediate"."int_deliveries_in_force"),
deliveries as (select * from "staging"."stg_submissions__deliveries"),
cells as (select * from "staging"."stg_submissions__cells"),
replaced as (
    select deliveries.receipt, organisation_id, quarter
    from deliveries
    inner join in_force using (organisation_id, quarter)
    where deliveries.receipt < in_force.receipt
),
withdrawn as (
    select organisation_id, quarter, max(receipt) as receipt
    from replaced
    where receipt in (select receipt from cells where measure = 'declaration' and category = 'withdrawn')
    group by all
)
select
    replaced.receipt,
    organisation_id,
    quarter,
    cells.region_code,
    cells.trajectory,
    cells.measure,
    cells.breakdown,
    cells.category,
    cells.clients
from replaced
inner join cells on replaced.receipt = cells.receipt
left join withdrawn using (organisation_id, quarter)
where cells.measure <> 'declaration' and replaced.receipt > coalesce(withdrawn.receipt, 0);

create or replace view "staging"."stg_reference__organisations" as
select
    organisation_id,
    name as organisation_name,
    active_from,
    active_to,
    taken_over_by
from "reference"."organisations";

create or replace table "intermediate"."int_deliveries_expected" as
with
groups_delivered as (select * from "intermediate"."int_groups_delivered" where measure_group = 'core'),
quarters as (select * from "staging"."stg_reference__quarters"),
organisations as (select * from "staging"."stg_reference__organisations"),
not_offered as (select * from "intermediate"."int_declarations_in_force"),
recent as (
    select
        groups_delivered.organisation_id,
        groups_delivered.trajectory,
        quarters.quarter,
        bool_or(groups_delivered.quarter = quarters.quarter) as is_delivered
    from quarters
    inner join groups_delivered
        on groups_delivered.quarter_index between quarters.quarter_index - 4 and quarters.quarter_index
    group by all
)
select
    recent.organisation_id,
    recent.trajectory,
    recent.quarter,
    recent.is_delivered
from recent
inner join organisations using (organisation_id)
left join not_offered using (organisation_id, trajectory, quarter)
where
    recent.quarter >= coalesce(organisations.active_from, recent.quarter) and recent.quarter <= coalesce(organisations.active_to, recent.quarter)
    and not_offered.declaration is null;

create or replace view "staging"."stg_submissions__files" as
select
    receipt,
    file_name,
    organisation_id,
    quarter,
    landed_at,
    status
from "raw"."files";

create or replace table "intermediate"."int_files_standing" as
with
files as (select * from "staging"."stg_submissions__files"),
deliveries as (select * from "intermediate"."int_deliveries_in_force"),
deferred as (select * from "staging"."stg_submissions__deliveries" where is_deferred)
select
    files.receipt,
    files.file_name,
    files.organisation_id,
    files.quarter,
    files.landed_at,
    files.status
from files
anti join deferred using (receipt)
left join deliveries using (organisation_id, quarter)
where files.receipt >= coalesce(deliveries.receipt, 0);

create or replace table "intermediate"."int_deliveries_missing" as
with
expected as (select * from "intermediate"."int_deliveries_expected"),
deliveries as (select * from "intermediate"."int_deliveries_in_force" where not is_withdrawn),
files as (select * from "intermediate"."int_files_standing"),
silent as (
    select organisation_id, quarter, string_agg(trajectory, ', ' order by trajectory) as trajectories
    from expected
    where not is_delivered
    group by all
),
rejected as (
    select distinct organisation_id, quarter
    from files
    anti join deliveries using (organisation_id, quarter)
    where status = 'rejected' and organisation_id is not null and quarter is not null
)
select
    organisation_id,
    quarter,
    silent.trajectories,
    rejected.quarter is not null as is_rejected
from silent
full join rejected using (organisation_id, quarter);

create or replace view "staging"."stg_submissions__run_context" as
select
    built_at,
    today,
    code_version,
    method_version,
    closing_year,
    code_sha256,
    revision,
    is_clean,
    lists_sha256
from "raw"."run_context";

create or replace table "intermediate"."int_deliveries_repeated" as
with
deliveries as (select * from "intermediate"."int_deliveries_in_force"),
cells as (select * from "intermediate"."int_cells_in_force"),
cells_replaced as (select * from "intermediate"."int_cells_replaced"),
files as (select * from "intermediate"."int_files_standing"),
missing as (select * from "intermediate"."int_deliveries_missing"),
quarters as (select * from "staging"."stg_reference__quarters"),
run_context as (select * from "staging"."stg_submissions__run_context"),
sent_again as (
    select organisation_id, quarter, count(*) as files
    from files
    where status = 'unchanged'
    group by all
),
newest_replaced as (
    select * from cells_replaced qualify receipt = max(receipt) over (partition by organisation_id, quarter)
),
same_numbers as (
    select organisation_id, quarter, bool_and(is_equal) as is_same
    from (
        select organisation_id, quarter, region_code, trajectory, measure, breakdown, category, count(*) = 2 and min(clients) = max(clients) as is_equal
        from (
            select organisation_id, quarter, region_code, trajectory, measure, breakdown, category, clients from cells semi join newest_replaced using (organisation_id, quarter)
            union all
            select organisation_id, quarter, region_code, trajectory, measure, breakdown, category, clients from newest_replaced
        )
        group by all
    )
    group by all
),
missing_later as (
    select deliveries.organisation_id, deliveries.quarter, min(missing.quarter) as missing_quarter
    from deliveries
    inner join missing on deliveries.organisation_id = missing.organisation_id and deliveries.quarter < missing.quarter
    inner join quarters on missing.quarter = quarters.quarter
    where quarters.first_day + interval 3 month <= (select today from run_context)
    group by all
)
select
    missing_later.organisation_id,
    missing_later.quarter,
    missing_later.missing_quarter,
    coalesce(sent_again.files, 0) + cast(coalesce(same_numbers.is_same, false) as bigint) as repeats
from missing_later
left join sent_again using (organisation_id, quarter)
left join same_numbers using (organisation_id, quarter);

create or replace table "intermediate"."int_flows_compared" as
with
cells as (select * from "intermediate"."int_cells_in_force"),
quarters as (select * from "staging"."stg_reference__quarters"),
flows as (
    select *
    from cells
    inner join quarters using (quarter)
    where
        (measure = 'ended' and breakdown in ('work', 'result'))
        or (measure = 'started_paid_work' and breakdown = 'total')
        or (measure = 'stopped_paid_work' and breakdown = 'total')
        or (measure = 'education' and category = 'started')
        or (measure = 'education' and category = 'stopped')
)
select
    flows.organisation_id,
    flows.quarter,
    earlier.quarter as last_quarter,
    cast(sum(flows.clients) as bigint) as clients,
    cast(sum(earlier.clients) as bigint) as last_clients,
    count(*) filter (where earlier.clients > 0) as cells,
    count(*) filter (where flows.clients < earlier.clients) as cells_fallen
from flows
inner join flows as earlier
    on flows.organisation_id = earlier.organisation_id
    and flows.quarter_index = earlier.quarter_index + 1
    and flows.quarter[:4] = earlier.quarter[:4]
    and flows.region_code = earlier.region_code
    and flows.trajectory = earlier.trajectory
    and flows.measure = earlier.measure
    and flows.breakdown = earlier.breakdown
    and flows.category = earlier.category
group by all;

create or replace view "staging"."stg_reference__warning_thresholds" as
select
    rule,
    cast(above_clients as bigint) as above_clients,
    cast(above_pct as double) as above_pct,
    cast(above_cells as bigint) as above_cells
from "reference"."warning_thresholds";

create or replace table "intermediate"."int_repetitions_compared" as
with
repeated as (select * from "intermediate"."int_cells_repeated"),
flows as (select * from "intermediate"."int_flows_compared"),
sent_again as (select * from "intermediate"."int_deliveries_repeated"),
thresholds as (select * from "staging"."stg_reference__warning_thresholds"),
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
from sent_again;

create or replace table "intermediate"."int_quarters_gridded" as
with
cells as (select * from "intermediate"."int_cells_in_force"),
groups_delivered as (select * from "intermediate"."int_groups_delivered"),
organisations as (select * from "staging"."stg_reference__organisations" where taken_over_by is not null),
regions_served as (
    select organisation_id, trajectory, region_code from cells
    union distinct
    select organisations.taken_over_by, cells.trajectory, cells.region_code
    from cells
    inner join organisations
        on cells.organisation_id = organisations.organisation_id and cells.quarter = organisations.active_to
),
regions_filled as (
    select distinct organisation_id, trajectory, region_code, quarter, true as has_cells from cells
),
trajectories_delivered as (
    select organisation_id, trajectory, quarter, quarter_index from groups_delivered where measure_group = 'core'
)
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    trajectories_delivered.quarter_index,
    coalesce(regions_filled.has_cells, false) as has_cells
from trajectories_delivered
inner join regions_served using (organisation_id, trajectory)
left join regions_filled using (organisation_id, trajectory, region_code, quarter);

create or replace table "intermediate"."int_cells_filled" as
with
cells as (select * from "intermediate"."int_cells_in_force"),
dictionary as (select * from "staging"."stg_reference__data_dictionary"),
groups_delivered as (select * from "intermediate"."int_groups_delivered"),
grid as (select * from "intermediate"."int_quarters_gridded"),
cells_expected as (
    select
        grid.organisation_id,
        grid.region_code,
        grid.trajectory,
        grid.quarter,
        grid.quarter_index,
        dictionary.measure_group,
        dictionary.measure,
        dictionary.breakdown,
        dictionary.category
    from grid
    inner join groups_delivered using (organisation_id, trajectory, quarter)
    inner join dictionary
        on groups_delivered.trajectory = dictionary.trajectory
        and groups_delivered.measure_group = dictionary.measure_group
        and grid.quarter >= coalesce(dictionary.valid_from, grid.quarter) and grid.quarter <= coalesce(dictionary.valid_to, grid.quarter)
)
select
    cells_expected.*,
    coalesce(cells.clients, 0) as clients
from cells_expected
left join cells using (organisation_id, quarter, region_code, trajectory, measure, breakdown, category);

create or replace table "intermediate"."int_measures_pivoted" as
with
cells as (select * from "intermediate"."int_cells_filled"),
pivoted as (
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        quarter_index,
        cast(sum(case when breakdown = 'funding' then clients else 0 end) filter (where measure = 'clients') as bigint)
            as clients_active,
        cast(sum(case when breakdown in ('work', 'result') then clients else 0 end) filter (where measure = 'ended') as bigint)
            as clients_ended,
        cast(sum(case when category in ('paid_work_at_end', 'paid_work_before_end', 'with_result') then clients else 0 end) filter (where measure = 'ended') as bigint)
            as ended_with_result,
        cast(sum(case when breakdown = 'funding' then clients else 0 end) filter (where measure = 'paid_work') as bigint)
            as paid_work,
        cast(sum(case when breakdown = 'funding' then clients else 0 end) filter (where measure = 'durable_paid_work') as bigint)
            as durable_paid_work,
        cast(sum(case when breakdown = 'funding' then clients else 0 end) filter (where measure = 'ever_paid_work') as bigint)
            as ever_paid_work,
        cast(sum(case when breakdown = 'total' then clients else 0 end) filter (where measure = 'started_paid_work') as bigint)
            as started_paid_work,
        cast(sum(case when breakdown = 'total' then clients else 0 end) filter (where measure = 'stopped_paid_work') as bigint)
            as stopped_paid_work,
        cast(sum(case when category = 'following' then clients else 0 end) filter (where measure = 'education') as bigint)
            as in_education,
        cast(sum(case when category = 'started' then clients else 0 end) filter (where measure = 'education') as bigint)
            as started_education,
        cast(sum(case when category = 'stopped' then clients else 0 end) filter (where measure = 'education') as bigint)
            as stopped_education,
        cast(sum(case when category = 'day_activity' then clients else 0 end) filter (where measure = 'unpaid_work') as bigint)
            as unpaid_day_activity,
        cast(sum(case when category = 'volunteer_or_work_experience' then clients else 0 end) filter (where measure = 'unpaid_work') as bigint)
            as unpaid_volunteer_or_work_experience,
        cast(sum(case when category = 'trial_placement' then clients else 0 end) filter (where measure = 'unpaid_work') as bigint)
            as unpaid_trial_placement
    from cells
    group by all
)
select
    *,
    clients_ended - ended_with_result as ended_without_result
from pivoted;

create or replace table "intermediate"."int_stocks_taken_over" as
with
measures as (select * from "intermediate"."int_measures_pivoted"),
organisations as (select * from "staging"."stg_reference__organisations"),
last_quarters as (
    select
        measures.* exclude (organisation_id),
        organisations.taken_over_by as organisation_id
    from measures
    inner join organisations
        on measures.organisation_id = organisations.organisation_id and measures.quarter = organisations.active_to
    where organisations.taken_over_by is not null
)
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    quarter_index,
    'clients_active' as stock,
    cast(sum(clients_active) as bigint) as size
from last_quarters
where clients_active is not null
group by all
union all
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    quarter_index,
    'paid_work' as stock,
    cast(sum(paid_work) as bigint) as size
from last_quarters
where paid_work is not null
group by all
union all
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    quarter_index,
    'durable_paid_work' as stock,
    cast(sum(durable_paid_work) as bigint) as size
from last_quarters
where durable_paid_work is not null
group by all
union all
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    quarter_index,
    'in_education' as stock,
    cast(sum(in_education) as bigint) as size
from last_quarters
where in_education is not null
group by all;

create or replace table "intermediate"."int_durable_flows_estimated" as
with
measures as (select * from "intermediate"."int_measures_pivoted"),
proportions as (
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        started_paid_work,
        stopped_paid_work,
        durable_paid_work / nullif(paid_work, 0) as durable_proportion,
        case when paid_work = 0 then 0 else durable_paid_work / paid_work end as factor
    from measures
)
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    durable_proportion,
    factor * started_paid_work as started_durable,
    factor * stopped_paid_work as stopped_durable
from proportions;

create or replace table "intermediate"."int_inflow_derived" as
with
measures as (select * from "intermediate"."int_measures_pivoted"),
taken_over as (select * from "intermediate"."int_stocks_taken_over" where stock = 'clients_active'),
with_previous as (
    select
        *,
        lag(clients_active) over earlier as last_clients_active,
        lag(quarter_index) over earlier as last_quarter_index
    from measures
    window earlier as (partition by organisation_id, region_code, trajectory order by quarter_index)
),
preceding as (
    select
        with_previous.*,
        case
            when with_previous.last_quarter_index = with_previous.quarter_index - 1
                then with_previous.last_clients_active + coalesce(taken_over.size, 0)
        end as clients_active_preceding
    from with_previous
    left join taken_over
        on with_previous.organisation_id = taken_over.organisation_id
        and with_previous.region_code = taken_over.region_code
        and with_previous.trajectory = taken_over.trajectory
        and with_previous.quarter_index = taken_over.quarter_index + 1
),
signed as (
    select
        *,
        clients_active - (clients_active_preceding - clients_ended) as started_signed
    from preceding
)
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    clients_active_preceding,
    started_signed,
    case when (started_signed) is not null then greatest(0, started_signed) end as clients_started
from signed;

create or replace table "intermediate"."int_stocks_unpivoted" as
with
measures as (select * from "intermediate"."int_measures_pivoted"),
inflow as (select * from "intermediate"."int_inflow_derived"),
durable_flows as (select * from "intermediate"."int_durable_flows_estimated"),
joined as (
    select *
    from measures
    inner join inflow using (organisation_id, region_code, trajectory, quarter)
    inner join durable_flows using (organisation_id, region_code, trajectory, quarter)
),
unpivoted as (
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        quarter_index,
        'clients_active' as stock,
        cast(clients_active as double) as size,
        cast(coalesce(clients_started, 0) as double) as inflow,
        cast(clients_ended as double) as outflow
    from joined
    where clients_active is not null
    union all
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        quarter_index,
        'paid_work' as stock,
        cast(paid_work as double) as size,
        cast(started_paid_work as double) as inflow,
        cast(stopped_paid_work as double) as outflow
    from joined
    where paid_work is not null
    union all
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        quarter_index,
        'durable_paid_work' as stock,
        cast(durable_paid_work as double) as size,
        cast(started_durable as double) as inflow,
        cast(stopped_durable as double) as outflow
    from joined
    where durable_paid_work is not null
    union all
    select
        organisation_id,
        region_code,
        trajectory,
        quarter,
        quarter_index,
        'in_education' as stock,
        cast(in_education as double) as size,
        cast(started_education as double) as inflow,
        cast(stopped_education as double) as outflow
    from joined
    where in_education is not null
)
select * from unpivoted;

create or replace table "intermediate"."int_administrative_differences_split" as
with
stocks as (select * from "intermediate"."int_stocks_unpivoted"),
taken_over as (select * from "intermediate"."int_stocks_taken_over"),
with_last as (
    select
        *,
        lag(size) over earlier as last_size,
        lag(quarter_index) over earlier as last_quarter_index,
        quarter_index - lag(quarter_index) over earlier as quarters_since_last
    from stocks
    window earlier as (partition by organisation_id, region_code, trajectory, stock order by quarter_index)
),
taken_over_since as (
    select organisation_id, region_code, trajectory, stock, with_last.quarter, sum(taken_over.size) as size_taken_over
    from with_last
    inner join taken_over using (organisation_id, region_code, trajectory, stock)
    where taken_over.quarter_index between with_last.last_quarter_index and with_last.quarter_index - 1
    group by all
),
differences as (
    select
        *,
        case
            when quarters_since_last <= 4
                then (size - last_size - coalesce(size_taken_over, 0)) - (inflow - outflow)
        end as difference
    from with_last
    left join taken_over_since using (organisation_id, region_code, trajectory, stock, quarter)
)
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    quarter_index,
    stock,
    size,
    inflow,
    outflow,
    coalesce(quarters_since_last = 1, false) as follows_directly,
    case when (difference) is not null then greatest(0, difference) end as lost,
    case when (-difference) is not null then greatest(0, -difference) end as left_uncounted
from differences;

create or replace table "intermediate"."int_contributions_quarterly" as
with
grid as (select * from "intermediate"."int_quarters_gridded"),
measures as (select * from "intermediate"."int_measures_pivoted"),
inflow as (select * from "intermediate"."int_inflow_derived"),
client_differences as (
    select * from "intermediate"."int_administrative_differences_split" where stock = 'clients_active'
)
select
    organisation_id,
    region_code,
    trajectory,
    quarter,
    grid.has_cells,
    inflow.clients_started,
    cast(client_differences.lost as bigint) as clients_lost,
    cast(client_differences.left_uncounted as bigint) as clients_left_uncounted,
    measures.ended_without_result,
    measures.clients_active,
    measures.clients_ended,
    measures.ended_with_result,
    measures.paid_work,
    measures.durable_paid_work,
    measures.ever_paid_work,
    measures.started_paid_work,
    measures.stopped_paid_work,
    measures.in_education,
    measures.started_education,
    measures.stopped_education,
    measures.unpaid_day_activity,
    measures.unpaid_volunteer_or_work_experience,
    measures.unpaid_trial_placement
from grid
inner join measures using (organisation_id, region_code, trajectory, quarter)
inner join inflow using (organisation_id, region_code, trajectory, quarter)
inner join client_differences using (organisation_id, region_code, trajectory, quarter);

create or replace table "intermediate"."int_trajectories_compared" as
with
contributions as (select * from "intermediate"."int_contributions_quarterly"),
cells as (select * from "intermediate"."int_cells_filled"),
taken_over as (select * from "intermediate"."int_stocks_taken_over"),
quarters as (select * from "staging"."stg_reference__quarters"),
ended_in_paid_work as (
    select organisation_id, trajectory, quarter, sum(clients) as paid_work_at_end
    from cells
    where measure = 'ended' and category = 'paid_work_at_end'
    group by all
),
totals as (
    select
        contributions.organisation_id,
        contributions.trajectory,
        contributions.quarter,
        quarters.quarter_index,
        cast(sum(clients_active) as bigint) as clients,
        cast(sum(clients_left_uncounted) as bigint) as left_uncounted,
        cast(sum(paid_work) as bigint) as paid_work,
        cast(sum(started_paid_work) as bigint) as started_paid_work
    from contributions
    inner join quarters using (quarter)
    group by all
),
with_last as (
    select
        *,
        lag(quarter) over earlier as last_quarter,
        lag(clients) over earlier as last_clients,
        lag(paid_work) over earlier as last_paid_work,
        quarter_index - lag(quarter_index) over earlier as quarters_since_last
    from totals
    window earlier as (partition by organisation_id, trajectory order by quarter_index)
),
taken_over_since as (
    select
        organisation_id,
        trajectory,
        with_last.quarter,
        cast(sum(size) filter (where stock = 'clients_active') as bigint) as clients_taken_over,
        cast(sum(size) filter (where stock = 'paid_work') as bigint) as paid_work_taken_over
    from with_last
    inner join taken_over using (organisation_id, trajectory)
    where taken_over.quarter_index between with_last.quarter_index - quarters_since_last and with_last.quarter_index - 1
    group by all
)
select
    organisation_id,
    trajectory,
    quarter,
    last_quarter,
    quarters_since_last,
    clients,
    last_clients + coalesce(clients_taken_over, 0) as last_clients,
    left_uncounted,
    cast(ended_in_paid_work.paid_work_at_end as bigint) as paid_work_at_end,
    last_paid_work + coalesce(paid_work_taken_over, 0) as last_paid_work,
    started_paid_work
from with_last
left join ended_in_paid_work using (organisation_id, trajectory, quarter)
left join taken_over_since using (organisation_id, trajectory, quarter)
where quarters_since_last <= 4;

create or replace view "staging"."stg_submissions__year_closings" as
select
    year,
    closed_at,
    reason,
    values_digest,
    counts_sha256,
    method_version
from "raw"."year_closings"
qualify row_number() over (partition by year order by closed_at desc) = 1;

create or replace table "intermediate"."int_versions_compared" as
with
cells as (select * from "intermediate"."int_cells_in_force"),
cells_replaced as (select * from "intermediate"."int_cells_replaced"),
deliveries as (select * from "intermediate"."int_deliveries_in_force"),
not_offered as (select * from "intermediate"."int_declarations_in_force"),
dictionary as (select * from "staging"."stg_reference__data_dictionary"),
year_closings as (select * from "staging"."stg_submissions__year_closings"), -- noqa: ST03
run_context as (select * from "staging"."stg_submissions__run_context"),
replaced as (
    select
        cells_replaced.organisation_id,
        cells_replaced.quarter,
        cells_replaced.receipt,
        cells_replaced.region_code,
        cells_replaced.trajectory,
        dictionary.measure_group,
        sum(cells_replaced.clients) filter (where cells_replaced.measure = 'clients' and cells_replaced.breakdown = 'funding')
            as clients
    from cells_replaced
    inner join dictionary using (trajectory, measure, breakdown, category)
    inner join deliveries
        on cells_replaced.organisation_id = deliveries.organisation_id
        and cells_replaced.quarter = deliveries.quarter
        and not deliveries.is_withdrawn
    left join not_offered
        on cells_replaced.organisation_id = not_offered.organisation_id
        and cells_replaced.quarter = not_offered.quarter
        and cells_replaced.trajectory = not_offered.trajectory
    where not_offered.declaration is null
    group by all
),
now_there as (
    select distinct organisation_id, quarter, region_code, trajectory, measure_group
    from cells
    inner join dictionary using (trajectory, measure, breakdown, category)
),
trajectories_there as (select distinct organisation_id, quarter, trajectory from now_there),
regions_there as (select distinct organisation_id, quarter, trajectory, region_code from now_there),
groups_there as (select distinct organisation_id, quarter, trajectory, measure_group from now_there),
compared as (
    select
        'W212' as rule, organisation_id, quarter, trajectory, 'core' as measure_group,
        there.trajectory is null as is_odd, sum(clients) as last_value
    from (
        select organisation_id, quarter, trajectory, region_code, max_by(clients, receipt) as clients
        from replaced
        where measure_group = 'core'
        group by all
    )
    left join trajectories_there as there using (organisation_id, quarter, trajectory)
    group by all
    union all by name
    select
        'W211' as rule, organisation_id, quarter, trajectory, region_code,
        there.region_code is null as is_odd, max_by(clients, receipt) as last_value
    from replaced
    inner join trajectories_there using (organisation_id, quarter, trajectory)
    left join regions_there as there using (organisation_id, quarter, trajectory, region_code)
    where measure_group = 'core'
    group by all
    union all by name
    select distinct
        'W213' as rule, organisation_id, quarter, trajectory, measure_group,
        there.measure_group is null as is_odd
    from replaced
    inner join trajectories_there using (organisation_id, quarter, trajectory)
    left join groups_there as there using (organisation_id, quarter, trajectory, measure_group)
    where measure_group <> 'core'
    union all by name
    select
        'W209' as rule, organisation_id, quarter,
        landed_at > closed_at and year is distinct from (select closing_year from run_context) as is_odd
    from deliveries
    inner join year_closings on year_closings.year = cast(substr(deliveries.quarter, 1, 4) as integer)
)
select
    rule,
    organisation_id,
    quarter,
    quarter as last_quarter,
    trajectory,
    region_code,
    measure_group,
    cast(is_odd as bigint) as found,
    0 as at_most,
    cast(last_value as bigint) as last_value
from compared;

create or replace table "intermediate"."int_deliveries_compared" as
with
trajectories as (select * from "intermediate"."int_trajectories_compared"),
groups_continued as (select * from "intermediate"."int_groups_continued"),
regions as (select * from "intermediate"."int_region_overlaps_counted"),
versions as (select * from "intermediate"."int_versions_compared"),
repetitions as (select * from "intermediate"."int_repetitions_compared"),
thresholds as (select * from "staging"."stg_reference__warning_thresholds"),
compared as (
    select
        'W201' as rule, organisation_id, trajectory, quarter, last_quarter,
        'ended' as measure, 'work' as breakdown, 'paid_work_at_end' as category, null as measure_group,
        paid_work_at_end as found, last_paid_work + started_paid_work as at_most,
        paid_work_at_end as value, last_paid_work as last_value, started_paid_work as started
    from trajectories
    where quarters_since_last = 1 and paid_work_at_end + last_paid_work + started_paid_work is not null
    union all by name
    select
        'W202' as rule, organisation_id, trajectory, quarter, last_quarter,
        'clients' as measure, 'funding' as breakdown,
        left_uncounted as found, greatest(above_clients, above_pct * last_clients / 100) as at_most,
        clients as value, last_clients as last_value
    from trajectories
    left join thresholds on thresholds.rule = 'W202'
    where left_uncounted is not null
    union all by name
    select
        'W203' as rule, organisation_id, trajectory, quarter, last_quarter,
        'clients' as measure, 'funding' as breakdown,
        abs(clients - last_clients) as found, greatest(above_clients, above_pct * last_clients / 100) as at_most,
        clients as value, last_clients as last_value
    from trajectories
    left join thresholds on thresholds.rule = 'W203'
    union all by name
    select
        case when measure_group = 'core' then 'W204' else 'W205' end as rule,
        organisation_id, trajectory, quarter, last_quarter, measure_group, cast(is_absent as bigint) as found, 0 as at_most
    from groups_continued
    union all by name
    select 'W105' as rule, organisation_id, quarter, last_quarter, regions_new as found, regions - 1 as at_most
    from regions
    union all by name
    select * from versions
    union all by name
    select * from repetitions
)
select
    compared.rule,
    compared.organisation_id,
    compared.trajectory,
    compared.quarter,
    compared.last_quarter,
    compared.missing_quarter,
    compared.region_code,
    compared.measure_group,
    compared.measure,
    compared.breakdown,
    compared.category,
    cast(compared.found as bigint) as found,
    cast(compared.at_most as double) as at_most,
    cast(compared.value as bigint) as value,
    cast(compared.last_value as bigint) as last_value,
    cast(compared.started as bigint) as started,
    thresholds.above_clients,
    thresholds.above_pct
from compared
left join thresholds using (rule);

create or replace table "intermediate"."int_findings_across_quarters_located" as
with
compared as (select * from "intermediate"."int_deliveries_compared"),
deliveries as (select * from "intermediate"."int_deliveries_in_force"),
cells as (select * from "intermediate"."int_cells_in_force"),
exceeding as (
    select *, found as found_value
    from compared
    where found > at_most
),
located as (
    select
        exceeding.rule,
        exceeding.organisation_id,
        exceeding.quarter,
        exceeding.trajectory,
        string_agg(cells.location, '; ' order by length(cells.location), cells.location) as location
    from exceeding
    inner join cells
        on exceeding.organisation_id = cells.organisation_id
        and exceeding.quarter = cells.quarter
        and exceeding.trajectory = cells.trajectory
        and exceeding.measure = cells.measure
        and exceeding.breakdown = cells.breakdown
        and coalesce(exceeding.category, cells.category) = cells.category
    group by all
)
select
    deliveries.receipt,
    exceeding.* exclude (found),
    coalesce(located.location, 'bestand') as location,
    concat_ws(
        '; ', exceeding.found_value, exceeding.last_quarter, exceeding.value, exceeding.last_value, exceeding.started,
        exceeding.missing_quarter
    ) as figures
from exceeding
inner join deliveries using (organisation_id, quarter)
left join located using (rule, organisation_id, quarter, trajectory);
