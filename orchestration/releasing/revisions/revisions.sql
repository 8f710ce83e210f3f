-- One row per cell of `figures` that differs between two states, `old` and `new`; what did it, and by how much.
-- Reads old.marts and new.marts; `between_figures`: the old deliveries by the new code (no row where nobody can make them);
-- `deliveries_changed`: organisation, quarter and versions; `compared`: one row, the names of both, and what is known of them.
create table marts.revisions as
with

old_figures as (select *, true as is_there from old.marts.figures),

new_figures as (select *, true as is_there from new.marts.figures),

old_periods as (select distinct period, true as was_there from old.marts.dim_period),

-- both sides of every cell that differs
changed as (
    select
        coalesce(new.figure_key, old.figure_key) as figure_key,
        coalesce(new.period, old.period) as period,
        coalesce(new.period_type, old.period_type) as period_type,
        coalesce(new.period_start, old.period_start) as period_start,
        coalesce(new.level, old.level) as level,
        coalesce(new.region_code, old.region_code) as region_code,
        coalesce(new.region_name, old.region_name) as region_name,
        coalesce(new.organisation_id, old.organisation_id) as organisation_id,
        coalesce(new.organisation_name, old.organisation_name) as organisation_name,
        coalesce(new.trajectory, old.trajectory) as trajectory,
        coalesce(new.trajectory_name, old.trajectory_name) as trajectory_name,
        coalesce(new.measure, old.measure) as measure,
        coalesce(new.breakdown, old.breakdown) as breakdown,
        coalesce(new.category, old.category) as category,
        coalesce(new.unit, old.unit) as unit,
        coalesce(old.is_there, false) as is_in_old,
        coalesce(new.is_there, false) as is_in_new,
        old.value as value_old,
        new.value as value_new,
        old.status as status_old,
        new.status as status_new,
        old.period_status as period_status_old,
        new.period_status as period_status_new,
        old.year_status as year_status_old,
        new.year_status as year_status_new
    from old_figures as old
    full outer join new_figures as new on old.figure_key = new.figure_key
    where
        old.value is distinct from new.value
        or old.status is distinct from new.status
        or old.period_status is distinct from new.period_status
        or old.year_status is distinct from new.year_status
),

-- what the new code alone does, and what the deliveries and the calendar do beside
split as (
    select
        changed.*,
        between_figures.value as value_between,
        compared.is_split,
        coalesce(between_figures.is_there, false) as is_between,
        not is_in_old and was_there is null as is_new_period,
        is_in_old and is_in_new and value_old is not distinct from value_new as has_same_value,
        row(is_between, value_between, between_figures.status, between_figures.period_status, between_figures.year_status)
        is distinct from row(is_in_old, value_old, status_old, period_status_old, year_status_old) as is_by_code,
        row(is_between, value_between) is distinct from row(is_in_new, value_new) as is_by_deliveries,
        row(between_figures.status, between_figures.period_status, between_figures.year_status)
        is distinct from row(status_new, period_status_new, year_status_new) as is_by_calendar
    from changed
    cross join compared
    left join between_figures using (figure_key)
    left join old_periods using (period)
),

coded as (
    select
        *,
        case
            when not is_split then not is_new_period and not has_same_value
            else is_by_deliveries and not (is_new_period and not is_between)
        end as is_r1,
        case
            when not is_split then is_new_period or has_same_value
            else (is_new_period and not is_between) or (has_same_value and is_by_calendar)
        end as is_r2,
        case when not is_split then not is_new_period and not has_same_value else is_by_code end as is_r3
    from split
),

periods as (
    select distinct period, period_type, period_start, period_end
    from (select * from old.marts.dim_period union all by name select * from new.marts.dim_period)
),

scopes as (
    select distinct trajectory as scope, unnest(string_split(trajectories, ' ')) as trajectory
    from (select * from old.marts.dim_trajectory union all by name select * from new.marts.dim_trajectory)
),

-- which region and trajectory a changed delivery is about, before or after
parts as (
    select distinct changed.organisation_id, changed.quarter, told, region_code, trajectory
    from deliveries_changed as changed
    inner join (
        select organisation_id, period, region_code, trajectory from old.marts.organisation_quarterly
        union all
        select organisation_id, period, region_code, trajectory from new.marts.organisation_quarterly
    ) as delivered on changed.organisation_id = delivered.organisation_id and changed.quarter = delivered.period
),

places as (select distinct period, level, region_code, organisation_id, trajectory from coded where is_r1),

-- the deliveries that a place rests on: of its own quarters, else of the quarter before, else of any
named as (
    select
        places.period,
        places.level,
        places.region_code,
        places.organisation_id,
        places.trajectory,
        parts.told,
        case
            when quarters.period_start between periods.period_start and periods.period_end then 0
            when quarters.period_end + interval 1 day = periods.period_start then 1
            else 2
        end as distance
    from places
    inner join periods on places.period = periods.period
    inner join scopes on places.trajectory = scopes.scope
    inner join parts
        on
            scopes.trajectory = parts.trajectory
            and (places.region_code is null or places.region_code = parts.region_code)
            and (places.organisation_id is null or places.organisation_id = parts.organisation_id)
    inner join periods as quarters on parts.quarter = quarters.period
),

nearest as (
    select *
    from named
    qualify distance = min(distance) over (partition by period, level, region_code, organisation_id, trajectory)
),

told as (
    select
        period,
        level,
        region_code,
        organisation_id,
        trajectory,
        string_agg(distinct told, '; ' order by told) as deliveries
    from nearest
    group by all
),

all_told as (select string_agg(told, '; ' order by told) as deliveries from deliveries_changed),

has_r3 as (select coalesce(bool_or(is_r3), false) as is_ours from coded)

select
    compared.release,
    compared.compared_with,
    coded.figure_key,
    coded.period,
    coded.period_type,
    coded.period_start,
    coded.level,
    coded.region_code,
    coded.region_name,
    coded.organisation_id,
    coded.organisation_name,
    coded.trajectory,
    coded.trajectory_name,
    coded.measure,
    coded.breakdown,
    coded.category,
    coded.unit,
    coded.value_old,
    coded.value_between as value_old_deliveries_new_code,
    coded.value_new,
    coded.value_between - coded.value_old as change_r3,
    coded.value_new - coded.value_between as change_r1,
    coded.status_old,
    coded.status_new,
    coded.period_status_old,
    coded.period_status_new,
    coded.year_status_old,
    coded.year_status_new,
    concat_ws(
        ' ',
        case when is_r1 then 'R1' end,
        case when is_r2 then 'R2' end,
        case when is_r3 then 'R3' end,
        case when is_correction and (is_r3 or (is_r1 and not is_ours)) then 'C' end
    ) as codes,
    case when is_r1 then coalesce(told.deliveries, all_told.deliveries) end as deliveries
from coded
cross join compared
cross join all_told
cross join has_r3
left join told
    on
        coded.period = told.period
        and coded.level = told.level
        and coded.trajectory = told.trajectory
        and coded.region_code is not distinct from told.region_code
        and coded.organisation_id is not distinct from told.organisation_id
order by coded.period_start, coded.period, coded.figure_key;

comment on table marts.revisions is 'One row per cell of figures of which value, status, period_status or year_status is other than in the release that it is compared with: both sides, what did it, and by how much. Empty in a first release.';
comment on column marts.revisions.release is 'The release that this table belongs to; now for what is published.';
comment on column marts.revisions.compared_with is 'The release that it is compared with: the one before.';
comment on column marts.revisions.figure_key is 'The cell: its key in figures.';
comment on column marts.revisions.period is 'The period: a quarter (2024-Q1), a half-year (2024-H1) or a year (2024).';
comment on column marts.revisions.period_type is 'quarter, half_year or year.';
comment on column marts.revisions.period_start is 'First day of the period.';
comment on column marts.revisions.level is 'national, region or organisation.';
comment on column marts.revisions.region_code is 'Code of the labour-market region; NULL over all regions.';
comment on column marts.revisions.region_name is 'Dutch name of the labour-market region; NULL over all regions.';
comment on column marts.revisions.organisation_id is 'Code of the organisation; NULL over all organisations.';
comment on column marts.revisions.organisation_name is 'Name of the organisation; NULL over all organisations.';
comment on column marts.revisions.trajectory is 'Scope: code of a trajectory, or of several that the documents print together.';
comment on column marts.revisions.trajectory_name is 'Dutch name of the scope.';
comment on column marts.revisions.measure is 'The measure; see dim_indicators.';
comment on column marts.revisions.breakdown is 'What the measure is broken down by; NULL for the measure as a whole.';
comment on column marts.revisions.category is 'The category of the breakdown; NULL for the measure as a whole.';
comment on column marts.revisions.unit is 'count, percent (0–100) or client_quarters.';
comment on column marts.revisions.value_old is 'The figure in the release compared with. NULL is unknown, or no such cell.';
comment on column marts.revisions.value_old_deliveries_new_code is 'What the code and lists of now make of the deliveries of then. NULL is unknown, no such cell, or code that is no longer here.';
comment on column marts.revisions.value_new is 'The figure now. NULL is unknown, or no such cell.';
comment on column marts.revisions.change_r3 is 'value_old_deliveries_new_code - value_old: what method, definition or list did. NULL where either is.';
comment on column marts.revisions.change_r1 is 'value_new - value_old_deliveries_new_code: what better or later deliveries did. NULL where either is.';
comment on column marts.revisions.status_old is 'The status of the figure in the release compared with; NULL where it had no such cell.';
comment on column marts.revisions.status_new is 'The status of the figure now; NULL where there is no such cell.';
comment on column marts.revisions.period_status_old is 'The period_status in the release compared with; NULL where it had no such cell.';
comment on column marts.revisions.period_status_new is 'The period_status now; NULL where there is no such cell.';
comment on column marts.revisions.year_status_old is 'The year_status in the release compared with; NULL for quarters and half-years.';
comment on column marts.revisions.year_status_new is 'The year_status now; NULL for quarters and half-years.';
comment on column marts.revisions.codes is 'What did it, in this order, apart by a space: R1 better or later deliveries, R2 routine (only a status differs, or the period is new), R3 method, definition or list, C our error.';
comment on column marts.revisions.deliveries is 'Of R1: the deliveries that the cell rests on and that are other than then, with their versions, apart by a semicolon; else NULL.';
