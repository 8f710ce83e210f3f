-- The tables that the first door checks; `incoming_frames.py` says how they are used.
-- They lean on the macro `within` (quarters.sql) and the variables `most_clients` and `most_codes`.
-- `line` is the order of the rows over all files of the batch, `place` numbers the rows of a table, in any order.

-- a name as it is compared: letters and digits alone; NULL where there is none
create or replace temp macro plain(name) as
    nullif(lower(regexp_replace(strip_accents(name), '[^\p{L}\p{N}]', '', 'g')), '');

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

-- one row per file that says one organisation that we know: who sent it, and what the cover calls it
create or replace temp table door_owners as
with organisations as (
    select receipt, any_value(organisation_id) as organisation_id
    from door_organisations group by receipt having count(*) = 1 and bool_and(organisation_is_known)
), rows as (
    select distinct receipt from door_rows
)
select
    row_number() over () - 1 as place,
    0 as line,
    f.receipt,
    'bestand' as location,
    listed.organisation_id,
    listed.name as listed_name,
    f.said_name,
    f.sender,
    listed.organisation_id = nullif(f.sender, '') as is_senders,
    plain(f.said_name) <> plain(listed.name)
    and plain(f.said_name) in (select plain(name) from reference.organisations) as is_of_another,
    -- a name of nobody may be one of before a change of name: the code says whose it is, and that is asked
    plain(f.said_name) in (select plain(name) from reference.organisations) as name_is_known
from candidate_files f
left join organisations o using (receipt)
left join rows r using (receipt)
-- a template of which no row could be read still says on its cover whose it is
join reference.organisations listed
    on listed.organisation_id = case when r.receipt is null then f.said_organisation_id else o.organisation_id end;

-- one row per file with a quarter that we know: the one of most of its rows
create or replace temp table door_judged_quarters as
select r.receipt, r.quarter
from door_rows r
join reference.quarters using (quarter)
group by r.receipt, r.quarter
qualify row_number() over (partition by r.receipt order by count(*) desc, min(r.line)) = 1;

-- one row per file: whose it is and of when, NULL where it does not say one thing that we know
create or replace temp table door_files as
with quarters as (
    select receipt, any_value(quarter) as quarter
    from door_quarters group by receipt having count(*) = 1 and bool_and(quarter_is_listed is not null)
), rows as (
    select receipt, count(*) as rows from door_rows group by receipt
)
select
    f.receipt,
    -- whoever sent it hears what is wrong with it; where the cover names two, nobody knows whose it is
    case
        when owned.is_of_another then null
        when owned.is_senders = false then owned.sender
        else owned.organisation_id
    end as organisation_id,
    coalesce(q.quarter, case when r.receipt is null then nullif(regexp_extract(f.said_quarter, '^[0-9]{4}-Q[1-4]$'), '') end)
        as quarter,
    -- by which the rows are judged: one of another quarter among them is a mistake of its own
    j.quarter as listed_quarter,
    coalesce(r.rows, 0) as rows,
    -- only then does the absence of a cell mean anything
    f.is_whole and j.quarter is not null as blocks_can_be_judged
from candidate_files f
left join door_owners owned using (receipt)
left join quarters q using (receipt)
left join rows r using (receipt)
left join door_judged_quarters j using (receipt);

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

-- one row per line that is no row: the codes in it, by which its cell may be known. What holds the codes of more than
-- two rows and a little tells nothing of any of them, and would be looked at for each cell that is missing.
create or replace temp table door_unread as
with codes as (
    select region_code as code from reference.regions
    union
    select trajectory from reference.trajectories
    union
    select unnest([trajectory, measure, breakdown, category]) from reference.data_dictionary
), words as (
    select distinct number, receipt, unnest(words) as word from candidate_unread
)
select number, any_value(receipt) as receipt, list(word) as words
from words
semi join codes on words.word = codes.code
group by number
having count(*) <= getvariable('most_codes');

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
        and within(quarter, valid_from, valid_to)
    group by all
), possible as (
    select a.*, d.measure_group, list(distinct d.measure) as measures
    from areas a
    join reference.data_dictionary d
        on d.trajectory = a.trajectory
        and within(a.quarter, d.valid_from, d.valid_to)
    group by all
), unread as (
    -- of which a line speaks that is no row: that is reported, and whether the group is there is not known
    select distinct p.receipt, p.region_code, p.trajectory, p.measure_group
    from possible p
    join door_unread u using (receipt)
    where list_contains(u.words, p.trajectory) and list_has_any(u.words, p.measures)
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
    case when p.measure_group = 'core' and (f.receipt is not null or u.receipt is null) then f.receipt is not null end
        as core_is_here,
    -- delivered for a part of the regions only
    case
        when p.measure_group <> 'core'
            and (f.receipt is not null or u.receipt is null)
            and bool_or(f.receipt is not null) over (partition by p.receipt, p.trajectory, p.measure_group)
        then f.receipt is not null
    end as group_is_here
from possible p
left join found f using (receipt, region_code, trajectory, measure_group)
left join unread u using (receipt, region_code, trajectory, measure_group);

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
        and within(g.quarter, d.valid_from, d.valid_to)
    where g.is_here
), named as (
    select
        u.number,
        e.*,
        list_contains(u.words, e.region_code)::int + list_contains(u.words, e.trajectory)::int
            + list_contains(u.words, e.measure)::int + list_contains(u.words, e.breakdown)::int
            + list_contains(u.words, e.category)::int as codes
    from door_unread u
    join expected e using (receipt)
), excused as (
    -- what a line that is no row may have been: four of the five codes are enough to know a cell by
    select distinct receipt, region_code, trajectory, measure, breakdown, category from (
        select * from named where codes >= 4 qualify codes = max(codes) over (partition by number)
    )
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
        )
        -- and so is a line that could not be read as one
        and not exists (
            from excused x
            where (x.receipt, x.region_code, x.trajectory, x.measure, x.breakdown, x.category)
                = (e.receipt, e.region_code, e.trajectory, e.measure, e.breakdown, e.category)
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
        or within(f.listed_quarter, d.valid_from, d.valid_to)
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
            and count(*) = count(c.number) filter (where c.number <= getvariable('most_clients'))
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

-- one row per file × region × trajectory × measure that counts a part of the clients that a total counts, or came or left
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
    case when s.measure = 'stopped_paid_work' then s.total end as stopped_paid_work,
    case when s.measure = 'job_duration' then s.total end as job_duration,
    case when s.measure = 'time_to_first_job' then s.total end as time_to_first_job,
    case when s.measure = 'ended' then s.total end as ended,
    case when s.measure = 'ever_paid_work' then s.total end as ever_worked,
    t.clients_total,
    t.paid_work,
    t.ever_paid_work,
    h.above_clients,
    t.clients_total + h.above_clients as clients_and_some,
    t.paid_work + h.above_clients as paid_work_and_some
from door_sums s
join door_totals t using (receipt, organisation_id, quarter_in_row, region_code, trajectory)
left join (select rule, above_clients::bigint as above_clients from reference.warning_thresholds) h
    on h.rule = case s.measure when 'ended' then 'W106' when 'stopped_paid_work' then 'W107' end
where s.measure in ('started_paid_work', 'stopped_paid_work', 'job_duration', 'time_to_first_job')
    or (s.measure = 'ended' and s.breakdown in ('work', 'result'))
    or (s.measure = 'ever_paid_work' and s.breakdown = 'funding');

-- one row per file × region × trajectory × cell that counts clients of its own: none holds more than there are
create or replace temp table door_activities as
with cells as (
    select * from door_cells
    where measure in ('education', 'unpaid_work') and combination_is_known and region_is_known and is_first
        and number <= getvariable('most_clients')
)
select
    row_number() over () - 1 as place,
    c.line,
    c.receipt,
    c.location,
    c.region_code,
    c.trajectory,
    c.measure,
    c.breakdown,
    c.category,
    case when c.measure = 'unpaid_work' or c.category = 'following' then c.number end as part_of_clients,
    case when c.measure = 'education' and c.category = 'started' then c.number end as started_education,
    case when c.measure = 'education' and c.category = 'stopped' then c.number end as stopped_education,
    following.number as in_education,
    h.above_clients,
    following.number + h.above_clients as in_education_and_some,
    t.clients_total
from cells c
left join cells following
    on following.measure = 'education' and following.category = 'following'
    and (following.receipt, following.organisation_id, following.quarter_in_row, following.region_code, following.trajectory)
    = (c.receipt, c.organisation_id, c.quarter_in_row, c.region_code, c.trajectory)
left join door_totals t
    on (t.receipt, t.organisation_id, t.quarter_in_row, t.region_code, t.trajectory)
    = (c.receipt, c.organisation_id, c.quarter_in_row, c.region_code, c.trajectory)
left join (select above_clients::bigint as above_clients from reference.warning_thresholds where rule = 'W109') h on true;

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
