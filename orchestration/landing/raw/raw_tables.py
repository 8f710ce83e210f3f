"""The tables of schemas `raw`, `reference` and `reports` in the private warehouse: what landing fills and dbt reads.

No judgement and no statistics here. Everything in `raw` can be made anew from the archive and its receipts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

import duckdb
import yaml

from orchestration.home.paths import SEEDS, Home
from orchestration.home.reference import columns, reference_list
from orchestration.landing.raw import levels
from orchestration.ledger.cells import CELL, counted

REFERENCE_LISTS = (
    "organisations",
    "regions",
    "trajectories",
    "quarters",
    "data_dictionary",
    "indicators",
    "warning_thresholds",
    "signal_rules",
)
RULES = levels.LIST  # the catalogue of the gate: a home brings levels at most

# seeds/reports: what the published documents print, and how it is read in the method's terms
REPORTS = SEEDS / "reports"
REPORT_LISTS = ("figures", "scopes", "quantities", "readings", "categories", "explanations", "claims")
REPORT_TABLES = (*REPORT_LISTS, "contradictions", "contradicted_figures")
SAID_OF_A_CONTRADICTION = ("name_nl", "name_en", "evidence", "explanation_nl", "explanation_en")
SELECTED_ON = ("figure_id", "source", "locator", "period", "geography", "trajectory", "measure", "breakdown")

# Raise it when the tables below change: a warehouse of another edition is made anew from the ledger.
EDITION = 5

DDL = f"""
create schema if not exists raw;
create schema if not exists reference;
create schema if not exists reports;
drop schema if exists published cascade;  -- what 0.1 called reports

create table if not exists raw.edition as select {EDITION} as edition;

-- one row per file ever landed; receipt is the order of landing and the key everywhere else
create table if not exists raw.files (
    receipt bigint primary key,
    sha256 varchar not null,
    archived_as varchar not null,       -- path below archive/
    file_name varchar not null,         -- as it lay in the inbox
    size_bytes bigint not null,
    modified_at timestamp not null,     -- UTC
    landed_at timestamp not null,       -- UTC
    status varchar not null,            -- accepted, rejected, unchanged, held
    organisation_id varchar,            -- NULL where nobody knows whose it is
    quarter varchar                     -- NULL where it cannot be read
);

-- one row per accepted delivery (a version of one organisation's quarter); the highest receipt not deferred is in force
create table if not exists raw.deliveries (
    receipt bigint primary key,
    organisation_id varchar not null,
    quarter varchar not null,           -- 2024-Q1
    version integer not null,           -- 1, 2, ... per organisation and quarter
    landed_at timestamp not null,       -- UTC
    cells bigint,                       -- how many the ledger says it holds
    cells_sha256 varchar,               -- and their hash
    is_deferred boolean default false   -- landed after its quarter became definitive
);

-- the rows of accepted deliveries, as text, declarations included ('' is an empty cell)
create table if not exists raw.cells (
    receipt bigint not null,
    location varchar not null,          -- "rij 12" or "Blad1!H12"
    region_code varchar not null,
    trajectory varchar not null,
    measure varchar not null,
    breakdown varchar not null,
    category varchar not null,
    clients varchar not null
);

-- what the gate found, per file
create table if not exists raw.findings (
    receipt bigint not null,
    rule varchar not null,              -- stable code
    level varchar not null,             -- error, warning, info, held
    location varchar not null,
    found varchar not null,
    expected varchar not null,
    message varchar not null,           -- Dutch, for the person who filled it in
    region_code varchar not null,       -- what it is about, in codes; '' where it is about more than one
    trajectory varchar not null,
    measure varchar not null,
    breakdown varchar not null,
    category varchar not null,
    figures varchar not null            -- of a warning: the values that make it this one
);

-- warnings that somebody closed with a reason; the newest per finding counts
create table if not exists raw.acknowledgements (
    finding_id varchar not null,
    organisation_id varchar not null,
    quarter varchar not null,
    rule varchar not null,
    reason varchar not null,
    acknowledged_by varchar not null,
    acknowledged_at timestamp not null  -- UTC
);

-- years closed by the annual rollup; the newest per year counts
create table if not exists raw.year_closings (
    year integer not null,
    closed_at timestamp not null,       -- UTC
    reason varchar,                     -- why it was closed with deliveries missing
    values_digest varchar not null,     -- of the year's values when it was closed
    counts_sha256 varchar,              -- of the file that keeps its counts; NULL in closings of before 0.3
    method_version varchar              -- NULL in closings of before 0.3
);

-- the counts of a closed year, as they were when it was closed; '' where a dimension does not apply
create table if not exists raw.year_counts (
    counts_sha256 varchar not null,
    level varchar not null,
    region_code varchar not null,
    organisation_id varchar not null,
    trajectory varchar not null,
    measure varchar not null,
    breakdown varchar not null,
    category varchar not null,
    value double not null
);

-- the deliveries that were in force when a year was closed
create table if not exists raw.year_deliveries (
    year integer not null,
    closed_at timestamp not null,       -- UTC
    organisation_id varchar not null,
    quarter varchar not null,
    receipt bigint not null,
    cells_sha256 varchar                -- NULL where no line says it
);

-- one row: the newest line of the ledger that this warehouse has taken in
create table if not exists raw.ledger as select 0::bigint as line, '' as hash;

-- one row: the run that is building
create table if not exists raw.run_context (
    built_at timestamp not null,        -- UTC
    today date not null,                -- in Europe/Amsterdam
    code_version varchar not null,
    method_version varchar not null,
    closing_year integer,               -- the year that this run closes, if any
    code_sha256 varchar,                -- of all that a run is made of, lists apart
    revision varchar,                   -- of the code, NULL where nobody keeps it
    is_clean boolean,                   -- whether the code was what that revision holds
    lists_sha256 varchar                -- of the reference lists in force
);
"""


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that are not there yet; those of another edition are dropped, to be filled anew."""
    if not _is_of_this_edition(connection):
        connection.execute("drop schema raw cascade")
    connection.execute(DDL)


def _is_of_this_edition(connection: duckdb.DuckDBPyConnection) -> bool:
    tables = connection.sql("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
    if ("edition",) in tables:
        return connection.sql("from raw.edition").fetchall() == [(EDITION,)]
    return not tables


def load_reference_lists(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Replace schema `reference` by the lists in force for this home; every column VARCHAR, '' becomes NULL."""
    for name in REFERENCE_LISTS:
        lines = [{column: text or None for column, text in line.items()} for line in reference_list(home, name)]
        _load_rows(connection, f"reference.{name}", columns(home, name), lines)
    rules = levels.rules_in_force(home)
    _load_rows(connection, f"reference.{RULES}", list(rules[0]), rules)


def load_report_lists(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace schema `reports` by the register of published figures and how it is read; every column VARCHAR."""
    for name in REPORT_LISTS:
        _load_csv(connection, f"reports.{name}", REPORTS / f"{name}.csv")
    contradictions, selections = read_contradictions()
    _load_rows(connection, "reports.contradictions", list(contradictions[0]), contradictions)
    _load_rows(connection, "reports.contradicted_figures", list(selections[0]), selections)


def read_contradictions() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The named contradictions, numbered, and the selections of the figures that they name ("*": anything)."""
    listed = yaml.safe_load((REPORTS / "contradictions.yml").read_text(encoding="utf-8"))
    contradictions = [
        {
            "number": str(number),
            "contradiction_id": item["id"],
            **{name: " ".join(item[name].split()) for name in SAID_OF_A_CONTRADICTION},
        }
        for number, item in enumerate(listed, 1)
    ]
    selections = [
        {"contradiction_id": item["id"], **dict.fromkeys(SELECTED_ON, "*"), **selection}
        for item in listed
        for selection in item["figures"]
    ]
    return contradictions, selections


def counted_before(connection: duckdb.DuckDBPyConnection) -> dict[int, tuple[int, str]]:
    """Per accepted delivery in a warehouse of any edition: how many cells it holds, and their hash."""
    query = f"select receipt, {', '.join(CELL)} from raw.cells order by receipt"
    try:
        rows = connection.execute(query).fetchall()
    except duckdb.CatalogException:
        return {}
    return {number: counted(row[1:] for row in group) for number, group in groupby(rows, key=lambda row: int(row[0]))}


def _load_csv(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    relation = connection.read_csv(str(path), header=True, delimiter=",", quotechar='"', all_varchar=True)
    connection.register("listed", relation)
    connection.execute(f"create or replace table {table} as select * from listed")
    connection.unregister("listed")


def _column(name: str) -> str:
    escaped = name.replace('"', '""')  # a home's own list may call a column anything
    return f'"{escaped}" varchar'


def _load_rows(
    connection: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], rows: Sequence[Mapping[str, str | None]]
) -> None:
    connection.execute(f"create or replace table {table} ({', '.join(map(_column, names))})")
    if rows:
        places = ", ".join("unnest(?::varchar[])" for _ in names)
        connection.execute(f"insert into {table} select {places}", [[row[name] for row in rows] for name in names])
