"""The public file: the rows of the marts that everyone may have, with what is hidden taken out.

Cuts and blanks, and decides nothing: which figures are hidden comes from `disclosure`, as one set without reasons, so
that nothing here can tell a figure that is small from one that protects it. Placed by `release` alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home.modes import PUBLIC_FILE
from orchestration.home.paths import Home
from orchestration.publishing.disclosure.deciding import Decision
from orchestration.publishing.disclosure.tables.linked import CLASSES
from orchestration.publishing.disclosure.tables.lists import PublicTable
from orchestration.publishing.published_file import STORAGE_VERSION

HIDDEN = "hidden"
MOVERS = 3  # so many providers, or nobody, moved on a side of a change before that side is told

FIGURES = f"""
    select
        figure_key, period, period_type, period_start, level, region_code, region_name, trajectory, trajectory_name,
        is_total, measure, breakdown, category,
        case when not is_hidden then case when level = 'region' then round(value, 1) else value end end as value,
        case when level = 'national' then numerator end as numerator,
        case when level = 'national' then denominator end as denominator,
        denominator_measure,
        case
            when level = 'region' and unit = 'percent' and status = 'known' and not is_hidden then case
                {{classes}}
            end
        end as denominator_class,
        unit, aggregation, is_estimate,
        case when level = 'national' then known_pct end as known_pct,
        case
            when level = 'region' and not is_hidden
                then case when known_pct = 100 then '100' when known_pct >= 80 then '80–99' else 'below 80' end
        end as known_class,
        case when level = 'national' then parts_known end as parts_known,
        case when level = 'national' then parts end as parts,
        period_status, year_status,
        case when is_hidden then '{HIDDEN}' else status end as status
    from source.marts.figures inner join chosen using (figure_key)
"""
CHANGES = f"""
    with movers as (
        select
            comparison, period, trajectory, measure,
            count(*) filter (value > 0 and compared_status <> 'known') as came,
            count(*) filter (compared_value > 0 and status <> 'known') as went
        from source.marts.changes where level = 'organisation' and breakdown is null
        group by all
    ),

    judged as (
        select
            changes.*,
            coalesce(
                (change_newly_known = 0 or (came >= {MOVERS} and breakdown is null))
                and (change_no_longer_known = 0 or (went >= {MOVERS} and breakdown is null)),
                false
            ) as is_told
        from source.marts.changes left join movers using (comparison, period, trajectory, measure)
        where level = 'national'
    )

    select
        change_key, comparison, period_type, period, period_start, compared_period, period_status,
        compared_period_status, trajectory, trajectory_name, is_total, measure, breakdown, category, unit,
        value, compared_value, status, compared_status, known_pct, compared_known_pct,
        change, change_points, change_pct_of_previous, change_pct_of_current,
        case when is_told then like_for_like_value end as like_for_like_value,
        case when is_told then like_for_like_compared_value end as like_for_like_compared_value,
        case when is_told then like_for_like_change end as like_for_like_change,
        case when is_told then pairs end as pairs,
        case when is_told then change_present_in_both end as change_present_in_both,
        case when is_told then change_newly_known end as change_newly_known,
        case when is_told then change_no_longer_known end as change_no_longer_known,
        case
            when coalesce(change, change_points) is null or like_for_like_change is null then 'unknown'
            when sign(coalesce(change, change_points)) = sign(like_for_like_change) then 'yes'
            else 'no'
        end as holds_like_for_like,
        not_comparable_reason
    from judged
"""
SENSITIVITY = """
    select
        period, period_start, trajectory, trajectory_name,
        sum(clients_active)::bigint as clients_active, sum(q1_starts_once)::bigint as q1_starts_once,
        sum(without_lost)::bigint as without_lost, sum(lost_as_loss)::bigint as lost_as_loss,
        sum(lost_signed)::bigint as lost_signed
    from source.marts.method_sensitivity_annual group by all
"""
COVERAGE = """
    select period, trajectory, count(*) filter (expected) as expected, count(*) filter (delivered) as delivered
    from source.marts.delivery_status where trajectory is not null group by all
"""
TABLES = {
    "figures": FIGURES,
    "changes": CHANGES,
    "signals": """
        select * exclude (region_code, region_name, like_for_like_change) from source.marts.signals
        where level = 'national'
    """,
    "published_reconciliation": """
        select * exclude (region_code, region_name) from source.marts.published_reconciliation
        where level = 'national'
    """,
    "method_sensitivity_annual": SENSITIVITY,
    "method_sensitivity_quarterly": "from source.marts.method_sensitivity_quarterly",
    "coverage": COVERAGE,
    **{f"dim_{name}": f"from source.marts.dim_{name}" for name in ("category", "indicators", "region", "trajectory")},
    "dim_period": "from source.marts.dim_period",
}
ABOUT = {
    "figures": "Landelijk elk cijfer, exact; per regio een deel. status hidden: verborgen, value is leeg.",
    "changes": "Landelijke veranderingen; de kolommen van gelijke samenstelling alleen waar niemand of ten minste drie "
    "aanbieders erbij kwamen, en eraf gingen.",
    "coverage": "Per kwartaal en traject hoeveel aanbieders werden verwacht, en hoeveel leverden.",
    "method_sensitivity_annual": "Per jaar en traject, landelijk: de lopende trajecten bij een andere rekenwijze.",
}
NEW_COLUMNS = {
    "denominator_class": "Per regio: de klasse van de noemer (10–19, 20–49, 50–99, 100+).",
    "known_class": "Per regio: welk deel bekend is, als klasse (100, 80–99, below 80).",
    "holds_like_for_like": "Of de verandering bij gelijke samenstelling dezelfde kant op gaat: yes, no, unknown.",
    "expected": "Hoeveel aanbieders werden verwacht.",
    "delivered": "Hoeveel aanbieders leverden.",
}
Comments = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class _Condition:
    """Part of a where clause, and what is filled in."""

    text: str
    values: list[object]


def write(source: Path, target: Path, decision: Decision) -> None:
    """Write the public tables of a file of marts, with comments, to a new DuckDB file (schema `marts`)."""
    with duckdb.connect() as connection:
        connection.execute("attach ? as source (read_only)", [str(source)])
        connection.execute(f"attach ? as target (storage_version '{STORAGE_VERSION}')", [str(target)])
        connection.execute("create schema target.marts")
        _choose(connection, decision)
        comments = dict(_comments(connection))
        for name, query in TABLES.items():
            connection.execute(f"create table target.marts.{name} as from ({_filled(query)}) order by all")
            _comment(connection, name, comments)
        connection.execute("detach target")


def place(home: Home, file: Path) -> None:
    """Put a release's public file where everyone opens it, in one step; the same file stays as it is."""
    target = home.published_public
    if target.exists() and target.read_bytes() == file.read_bytes():
        return
    beside = target.with_name(f".public-{os.getpid()}.duckdb")
    with file.open("rb") as old, beside.open("wb") as new:
        new.write(old.read())
        os.fsync(new.fileno())
    beside.chmod(PUBLIC_FILE)
    # DuckDB replays any `.wal` beside a file onto it (docs/decisions/0001)
    target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
    os.replace(beside, target)


def _choose(connection: duckdb.DuckDBPyConnection, decision: Decision) -> None:
    """Table `chosen`: the keys of the figures that are published, and whether each is hidden."""
    national = [_condition(one) for one in decision.lists.tables if one.level == "national"]
    where = " or ".join(f"({one.text})" for one in national) or "false"
    connection.execute(
        f"create temp table chosen as select figure_key, false as is_hidden from source.marts.figures where {where}",
        [value for one in national for value in one.values],
    )
    connection.execute(
        "insert into chosen select key, list_contains(?::varchar[], key) from (select unnest(?::varchar[]) as key)",
        [sorted(decision.hidden), sorted(decision.tables)],
    )


def _condition(table: PublicTable) -> _Condition:
    words = {
        "period_type": table.period_types,
        "trajectory": table.trajectories,
        "measure": table.measures,
        "year_status": table.year_statuses,
    }
    named = {column: sorted(one) for column, one in words.items() if one is not None}
    parts = ["level = ?", *(f"list_contains(?::varchar[], {column})" for column in named)]
    if not table.with_breakdowns:
        parts.append("breakdown is null")
    return _Condition(" and ".join(parts), [table.level, *named.values()])


def _filled(query: str) -> str:
    classes = "\n".join(f"when denominator <= {most} then '{name}'" for _, most, name in CLASSES[:-1])
    return query.replace("{classes}", f"{classes}\nelse '{CLASSES[-1][2]}'")


def _comments(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[tuple[str, str], str]]:
    """The descriptions that the marts have, by table and column ('' for the table)."""
    tables = (
        "select table_name, '', comment from duckdb_tables() where database_name = 'source' and comment is not null"
    )
    columns = tables.replace("''", "column_name").replace("duckdb_tables", "duckdb_columns")
    for table, column, comment in connection.execute(f"{tables} union all {columns} order by all").fetchall():
        yield (table, column), comment


def _comment(connection: duckdb.DuckDBPyConnection, table: str, comments: Comments) -> None:
    text = ABOUT.get(table) or comments.get((table, ""), "")
    connection.execute(f"comment on table target.marts.{table} is {_quoted(text)}")
    query = "select column_name from duckdb_columns() where database_name = 'target' and table_name = ?"
    for (column,) in connection.execute(query, [table]).fetchall():
        said = NEW_COLUMNS.get(column) or comments.get((table, column)) or comments.get(("figures", column), "")
        connection.execute(f'comment on column target.marts.{table}."{column}" is {_quoted(said)}')


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
