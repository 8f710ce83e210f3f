-- The tables that the first door checks; `incoming_frames.py` says how they are used.
-- `line` is the order of the rows over all files of the batch, `place` numbers the rows of a table, in any order.

create or replace temp table door_rows as
select
    line::bigint as line,
    receipt::bigint as receipt,
    location::varchar as location,
    organisation_id::varchar as organisation_id,
    quarter::varchar as quarter,
    region_code::varchar as region_code,
    trajectory::varchar as trajectory,
    measure::varchar as measure,
    breakdown::varchar as breakdown,
    category::varchar as category,
    clients::varchar as clients
from candidate_rows;

-- one row per file × organisation named in it
create or replace temp table door_organisations as
select
    row_number() over () - 1 as place,
    min(r.line) as line,
    r.receipt,
    arg_min(r.location, r.line) as location,
    r.organisation_id,
    any_value(o.organisation_id) is not null as organisation_is_known,
    row_number() over (partition by r.receipt order by min(r.line)) as nth,
    any_value(o.active_from) as active_from,
    any_value(o.active_to) as active_to
from door_rows r
left join reference.organisations o using (organisation_id)
group by r.receipt, r.organisation_id;

-- one row per file × quarter named in it
create or replace temp table door_quarters as
with listed as (select min(quarter) as first_quarter, max(quarter) as last_quarter from reference.quarters)
select
    row_number() over () - 1 as place,
    min(r.line) as line,
    r.receipt,
    arg_min(r.location, r.line) as location,
    r.quarter,
    case when regexp_full_match(r.quarter, '[0-9]{4}-Q[1-4]') then any_value(q.quarter) is not null end
        as quarter_is_listed,
    row_number() over (partition by r.receipt order by min(r.line)) as nth,
    any_value(q.last_day) as last_day,
    any_value(f.landed_on::varchar) as landed_on,
    any_value(first_quarter) as first_quarter,
    any_value(last_quarter) as last_quarter
from door_rows r
join candidate_files f using (receipt)
left join reference.quarters q using (quarter)
cross join listed
group by r.receipt, r.quarter;

-- one row per file: whose it is and of when, NULL where it does not say one thing that we know
create or replace temp table door_files as
with organisations as (
    select receipt, any_value(organisation_id) as organisation_id
    from door_organisations group by receipt having count(*) = 1 and bool_and(organisation_is_known)
), quarters as (
    select receipt, any_value(quarter) as quarter, bool_and(quarter_is_listed) as quarter_is_listed
    from door_quarters group by receipt having count(*) = 1 and bool_and(quarter_is_listed is not null)
), rows as (
    select receipt, count(*) as rows, count(distinct organisation_id) as organisations
    from door_rows group by receipt
)
select
    f.receipt,
    coalesce(o.organisation_id, said.organisation_id) as organisation_id,
    coalesce(q.quarter, case when r.receipt is null then nullif(regexp_extract(f.said_quarter, '^[0-9]{4}-Q[1-4]$'), '') end)
        as quarter,
    case when q.quarter_is_listed then q.quarter end as listed_quarter,
    coalesce(r.rows, 0) as rows,
    -- only then does the absence of a cell mean anything
    f.is_whole and r.organisations = 1 and coalesce(q.quarter_is_listed, false) as blocks_can_be_judged
from candidate_files f
left join organisations o using (receipt)
left join quarters q using (receipt)
left join rows r using (receipt)
-- a template of which no row could be read still says on its cover whose it is
left join reference.organisations said on r.receipt is null and f.said_organisation_id = said.organisation_id;

-- one row per file whose organisation and quarter are known
create or replace temp table door_activity as
select
    row_number() over () - 1 as place,
    o.line,
    f.receipt,
    o.location,
    f.organisation_id,
    f.listed_quarter as quarter,
    o.active_from,
    o.active_to
from door_files f
join door_organisations o using (receipt, organisation_id)
where f.listed_quarter is not null;

-- one row per file whose quarter is known
create or replace temp table door_landings as
select
    row_number() over () - 1 as place,
    0 as line,
    f.receipt,
    'bestand' as location,
    q.quarter,
    c.landed_on::varchar as landed_on,
    q.deadline
from door_files f
join candidate_files c using (receipt)
join reference.quarters q on q.quarter = f.listed_quarter;

-- one row per file × known trajectory of which it holds cells
create or replace temp table door_trajectories as
select
    row_number() over () - 1 as place,
    min(r.line) as line,
    r.receipt,
    arg_min(r.location, r.line) as location,
    any_value(f.listed_quarter) as quarter,
    r.trajectory,
    t.registered_from,
    count(*) as cells
from door_rows r
join door_files f using (receipt)
join reference.trajectories t using (trajectory)
where r.measure <> 'declaration'
group by r.receipt, r.trajectory, t.registered_from;

-- one row per cell or declaration that a file holds more than once
create or replace temp table door_twice as
select receipt, organisation_id, quarter, region_code, trajectory, measure, breakdown, category,
    min(line) as first_line, arg_min(location, line) as first_location
from door_rows
group by all
having count(*) > 1;

-- one row per delivered cell
create or replace temp table door_cells as
select
    row_number() over () - 1 as place,
    r.line,
    r.receipt,
    r.location,
    r.organisation_id,
    r.quarter as quarter_in_row,
    r.region_code,
    r.trajectory,
    r.measure,
    r.breakdown,
    r.category,
    r.clients,
    coalesce(r.line = twice.first_line, true) as is_first,
    twice.first_location,
    d.measure_group,
    d.optional,
    d.valid_from,
    d.valid_to,
    -- where the trajectory itself is not registered yet, that is said once and not of every cell
    case when f.listed_quarter >= t.registered_from then f.listed_quarter end as quarter,
    g.region_code is not null as region_is_known,
    t.trajectory is not null as trajectory_is_known,
    case when t.trajectory is not null then d.trajectory is not null end as combination_is_known,
    case
        when regexp_full_match(r.clients, '0*[0-9]{1,7}') then right('0000000' || r.clients, 7)::bigint
        when regexp_full_match(r.clients, '[0-9]+') then 10000000  -- too many digits to be worth reading
    end as number
from door_rows r
left join door_twice twice
    using (receipt, organisation_id, quarter, region_code, trajectory, measure, breakdown, category)
join door_files f using (receipt)
left join reference.regions g using (region_code)
left join reference.trajectories t using (trajectory)
left join reference.data_dictionary d using (trajectory, measure, breakdown, category)
where r.measure <> 'declaration';

-- one row per declaration
create or replace temp table door_declarations as
with formed as (
    select
        r.*,
        r.region_code = '' and r.breakdown = '' and r.clients = '' and case r.category
            when 'not_offered' then t.trajectory is not null
            when 'withdrawn' then r.trajectory = ''
            else false
        end as is_well_formed
    from door_rows r
    left join reference.trajectories t using (trajectory)
    where r.measure = 'declaration'
)
select
    row_number() over () - 1 as place,
    r.*,
    case when r.is_well_formed and r.category = 'not_offered' then coalesce(t.cells, 0) end as cells,
    case when r.is_well_formed and r.category = 'withdrawn' then f.rows - 1 end as other_rows,
    case
        when r.is_well_formed and r.category = 'not_offered' then coalesce(r.line = twice.first_line, true)
    end as is_first,
    twice.first_location
from formed r
left join door_twice twice
    using (receipt, organisation_id, quarter, region_code, trajectory, measure, breakdown, category)
join door_files f using (receipt)
left join door_trajectories t using (receipt, trajectory);

-- one row per file × region × trajectory × group that could be delivered there
create or replace temp table door_groups as
with cells as (
    select c.* from door_cells c join door_files f using (receipt)
    where f.blocks_can_be_judged and c.region_is_known and c.trajectory_is_known and c.quarter is not null
), areas as (
    select receipt, quarter, region_code, trajectory, min(line) as line, arg_min(location, line) as location
    from cells group by all
), found as (
    select receipt, region_code, trajectory, measure_group,
        min(line) as line, arg_min(location, line) as location
    from cells
    where combination_is_known
        and quarter >= coalesce(valid_from, '') and quarter <= coalesce(valid_to, '9999')
    group by all
), possible as (
    select distinct a.*, d.measure_group
    from areas a
    join reference.data_dictionary d
        on d.trajectory = a.trajectory
        and a.quarter >= coalesce(d.valid_from, '') and a.quarter <= coalesce(d.valid_to, '9999')
)
select
    row_number() over () - 1 as place,
    coalesce(f.line, p.line) as line,
    p.receipt,
    coalesce(f.location, p.location) as location,
    p.quarter,
    p.region_code,
    p.trajectory,
    p.measure_group,
    f.receipt is not null as is_here,
    case when p.measure_group = 'core' then f.receipt is not null end as core_is_here,
    -- delivered for a part of the regions only
    case
        when p.measure_group <> 'core'
            and bool_or(f.receipt is not null) over (partition by p.receipt, p.trajectory, p.measure_group)
        then f.receipt is not null
    end as group_is_here
from possible p
left join found f using (receipt, region_code, trajectory, measure_group);

-- one row per cell that a delivered group must hold
create or replace temp table door_expected_cells as
with unknown as (
    select distinct receipt, measure, breakdown, category,
        case when region_is_known then region_code end as region_code,
        case when trajectory_is_known then trajectory end as known_trajectory
    from door_cells
    where not (region_is_known and trajectory_is_known and combination_is_known)
), found as (
    select distinct receipt, region_code, trajectory, measure, breakdown, category from door_cells
), expected as (
    select g.*, d.measure, d.breakdown, d.category
    from door_groups g
    join reference.data_dictionary d
        on d.trajectory = g.trajectory and d.measure_group = g.measure_group and d.optional is null
        and g.quarter >= coalesce(d.valid_from, '') and g.quarter <= coalesce(d.valid_to, '9999')
    where g.is_here
)
select
    row_number() over () - 1 as place,
    e.line,
    e.receipt,
    e.location,
    e.region_code,
    e.trajectory,
    e.measure,
    e.breakdown,
    e.category,
    case
        when f.receipt is not null then true
        -- a row with a slip of the pen here is reported as such; that its cell is missing follows from it
        when not exists (
            from unknown u
            where u.receipt = e.receipt
                and coalesce(u.region_code = e.region_code, true)
                and coalesce(u.known_trajectory = e.trajectory, true)
                and (u.measure = e.measure or (u.breakdown = e.breakdown and u.category = e.category))
        ) then false
    end as is_here
from expected e
left join found f using (receipt, region_code, trajectory, measure, breakdown, category);

-- one row per file × region × trajectory × measure × breakdown: its cells added up, NULL where they cannot be.
-- Who is only orienting has no trajectory yet and is in no other breakdown (CONTRACT § 2).
create or replace temp table door_sums as
with needed as (
    select f.receipt, d.trajectory, d.measure, d.breakdown, count(*) as cells
    from door_files f
    join reference.data_dictionary d
        on f.listed_quarter is null
        or (f.listed_quarter >= coalesce(d.valid_from, '') and f.listed_quarter <= coalesce(d.valid_to, '9999'))
    where d.optional is null
    group by all
)
select
    c.receipt,
    c.organisation_id,
    c.quarter_in_row,
    c.region_code,
    c.trajectory,
    c.measure,
    c.breakdown,
    min(c.line) as line,
    string_agg(c.location, '; ' order by c.line) as locations,
    case
        when bool_and(c.is_first)
            and count(*) = count(c.number) filter (where c.number <= 1000000)
            and count(*) filter (where c.optional is null) = any_value(n.cells)
        then coalesce(sum(c.number) filter (where c.category <> 'orientation'), 0)::bigint
    end as total
from door_cells c
join needed n using (receipt, trajectory, measure, breakdown)
where c.region_is_known and c.combination_is_known
group by all;

-- one row per file × region × trajectory: its totals by funding
create or replace temp table door_totals as
select
    row_number() over () - 1 as place,
    receipt,
    organisation_id,
    quarter_in_row,
    min(line) as line,
    split_part(any_value(locations) filter (where measure = 'paid_work'), '; ', 1) as location,
    region_code,
    trajectory,
    max(total) filter (where measure = 'clients') as clients_total,
    max(total) filter (where measure = 'paid_work') as paid_work,
    max(total) filter (where measure = 'ever_paid_work') as ever_paid_work,
    max(total) filter (where measure = 'durable_paid_work') as durable_paid_work
from door_sums
where breakdown = 'funding'
group by receipt, organisation_id, quarter_in_row, region_code, trajectory;

-- one row per file × region × trajectory × measure that counts a part of the clients that a total counts
create or replace temp table door_parts as
select
    row_number() over () - 1 as place,
    s.line,
    s.receipt,
    s.locations as location,
    s.region_code,
    s.trajectory,
    s.measure,
    s.breakdown,
    case when s.measure = 'started_paid_work' then s.total end as started_paid_work,
    case when s.measure = 'job_duration' then s.total end as job_duration,
    case when s.measure = 'time_to_first_job' then s.total end as time_to_first_job,
    t.clients_total,
    t.paid_work,
    t.ever_paid_work
from door_sums s
join door_totals t using (receipt, organisation_id, quarter_in_row, region_code, trajectory)
where s.measure in ('started_paid_work', 'job_duration', 'time_to_first_job');

-- one row per file × region × trajectory × measure × second breakdown, beside the one that the measure is counted by
create or replace temp table door_breakdowns as
select
    row_number() over () - 1 as place,
    p.line,
    p.receipt,
    p.locations as location,
    p.region_code,
    p.trajectory,
    p.measure,
    p.breakdown,
    w.breakdown as counted_by,
    p.total as parts_total,
    w.total as whole_total
from door_sums p
join door_sums w using (receipt, organisation_id, quarter_in_row, region_code, trajectory, measure)
where p.breakdown in ('type', 'stage') and w.breakdown in ('funding', 'work');
