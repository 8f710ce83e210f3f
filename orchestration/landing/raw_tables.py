"""The tables of schema `raw` and `reference` in the private warehouse: what landing fills and dbt reads.

No judgement and no statistics here. Everything in `raw` can be made anew from the archive and its receipts.
"""

from __future__ import annotations

import duckdb

from orchestration.home import Home

REFERENCE_LISTS = ("organisations", "regions", "trajectories", "quarters", "data_dictionary")

DDL = """
create schema if not exists raw;
create schema if not exists reference;

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

-- one row per accepted delivery (a version of one organisation's quarter); the highest receipt is in force
create table if not exists raw.deliveries (
    receipt bigint primary key,
    organisation_id varchar not null,
    quarter varchar not null,           -- 2024-Q1
    version integer not null,           -- 1, 2, ... per organisation and quarter
    landed_at timestamp not null        -- UTC
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
    level varchar not null,             -- error, warning, info
    location varchar not null,
    found varchar not null,
    expected varchar not null,
    message varchar not null            -- Dutch, for the person who filled it in
);

-- years closed by the annual rollup; the newest per year counts
create table if not exists raw.year_closings (
    year integer not null,
    closed_at timestamp not null,       -- UTC
    reason varchar,                     -- why it was closed with deliveries missing
    values_digest varchar not null      -- of the year's values when it was closed
);

-- one row: the run that is building
create table if not exists raw.run_context (
    built_at timestamp not null,        -- UTC
    today date not null,                -- in Europe/Amsterdam
    code_version varchar not null,
    method_version varchar not null,
    closing_year integer                -- the year that this run closes, if any
);
"""


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that are not there yet."""
    connection.execute(DDL)


def load_reference_lists(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Replace schema `reference` by the lists in force for this home; every column VARCHAR, '' becomes NULL."""
    for name in REFERENCE_LISTS:
        relation = connection.read_csv(
            str(home.reference_list(name)), header=True, delimiter=",", quotechar='"', all_varchar=True
        )
        connection.register("reference_list", relation)
        connection.execute(f"create or replace table reference.{name} as select * from reference_list")
        connection.unregister("reference_list")


def forget(home: Home) -> None:
    """Remove the warehouse, so that the next landing makes it anew from the archive."""
    home.warehouse.unlink(missing_ok=True)
    home.warehouse.with_name(home.warehouse.name + ".wal").unlink(missing_ok=True)
