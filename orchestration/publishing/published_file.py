"""The published file: marts copied out of the private warehouse, and put in place in one step.

Between `stage` and `release` stands the outgoing gate, which judges the very file that will be published and `approve`s
it: nothing else is ever released. No calculation here: what is published is what the marts hold.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import duckdb

from orchestration.home.modes import PUBLIC_FILE, as_closed_as_the_archive
from orchestration.home.paths import Home
from orchestration.publishing import fingerprint, intruders

log = logging.getLogger(__name__)

# Read by every duckdb client from 1.2 on; DuckDB 2's own format is read by no older one.
STORAGE_VERSION = "v1.2.0"
SCHEMAS = ("marts", "trace")  # what readers use, and the parts behind it that `explain` shows
# Keys that are their row's own columns, joined: put together where they are read. Written out they are half the file.
OF_A_FIGURE = ("level", "region_code", "organisation_id", "trajectory", "measure", "breakdown", "category")
KEYS = {"figure_key": ("period", *OF_A_FIGURE), "change_key": ("comparison", "period", *OF_A_FIGURE)}
LOOKS = 3  # at what readers see, when something else writes there


class OthersFigures(OSError):
    """Readers see other figures than were approved; the message says, in Dutch, why and what to do."""


def stage(home: Home) -> Path:
    """Write the marts, with their comments, to a candidate file beside the published one."""
    _sweep(home)
    candidate = home.published.parent / f".candidate-{os.getpid()}.duckdb"
    with as_closed_as_the_archive(home), duckdb.connect() as connection:  # until it is approved, not for others
        connection.execute("set disabled_compression_methods = 'fsst'")  # a sixth of the work, and nothing smaller
        connection.execute("attach ? as warehouse (read_only)", [str(home.warehouse)])
        connection.execute(f"attach ? as candidate (storage_version '{STORAGE_VERSION}')", [str(candidate)])
        connection.begin()
        for schema in SCHEMAS:
            connection.execute(f"create schema candidate.{schema}")
            for table in _tables(connection, schema):
                _copy(connection, schema, table)
            for statement in _comments(connection, schema):
                connection.execute(statement)
        connection.commit()
        connection.execute("detach candidate")
    return candidate


def candidate(home: Home) -> Path:
    """What `stage` left, approved or not yet; raises FileNotFoundError when there is nothing."""
    return _left(home, ".candidate-*.duckdb", ".approved-*.duckdb")


def approve(home: Home) -> None:
    """Mark the candidate as what may be published."""
    path = candidate(home)
    path.rename(path.with_name(path.name.replace(".candidate-", ".approved-")))


def release(home: Home) -> None:
    """Put the approved file in the place of the published one, atomically; who has the old one open keeps reading it.

    Whatever lies under its name beside it goes; what a fresh reader then sees is what was approved.

    Raises:
        FileNotFoundError: the gate has approved nothing since the last release.
        OthersFigures: another program writes there, and readers see what it wrote.
    """
    path = _left(home, ".approved-*.duckdb")
    approved = fingerprint.of(str(path))
    path.chmod(PUBLIC_FILE)
    os.utime(path)
    _flush(path)
    if program := intruders.writer(home):
        log.warning("%s houdt de vorige publicatie open om te schrijven; dat hoort alleen-lezen.", program)
    intruders.clear(home)  # before: what belongs to the old file must never lie beside the new one
    os.replace(path, home.published)
    _flush(home.published.parent)
    _require_seen(home, approved)
    if home.receipts.exists():  # equal times: this holds what the ledger holds. Later lines change the ledger's
        moment = home.published.stat().st_mtime_ns
        os.utime(home.receipts, ns=(moment, moment))


def _require_seen(home: Home, approved: fingerprint.Fingerprint) -> None:
    """Look as a reader does, and compare; a program that left something in that very moment is cleared away again."""
    for _ in range(LOOKS):
        intruders.clear(home)
        if fingerprint.as_a_fresh_reader(str(home.published)) == approved and not intruders.beside(home):
            return
        time.sleep(0.2)
    program = intruders.writer(home) or "Een ander programma"
    raise OthersFigures(
        f"{program} schrijft in {home.published.parent}: wie de publicatie opent, ziet andere cijfers dan goedgekeurd. "
        "Stop dat programma (lezers openen alleen-lezen: docs/connecting.md), en draai `werkmonitor run` opnieuw."
    )


def _sweep(home: Home) -> None:
    """Remove what an earlier run left behind: cut off, or refused by the gate."""
    for leftover in (*home.published.parent.glob(".candidate-*"), *home.published.parent.glob(".approved-*")):
        leftover.unlink()


def _left(home: Home, *patterns: str) -> Path:
    for pattern in patterns:
        for path in home.published.parent.glob(pattern):
            return path
    raise FileNotFoundError("Er staat niets klaar om te publiceren: draai de hele run opnieuw.")


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The tables and views of a schema: what is published is a table, whatever it was."""
    query = """
        select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = $schema
        union all
        select view_name from duckdb_views() where database_name = 'warehouse' and schema_name = $schema
        order by all
    """
    return [name for (name,) in connection.execute(query, {"schema": schema}).fetchall()]


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """A table for what is published, its rows in key order: sorted here, save a mart of KEYS, whose rows come in it."""
    source, copy = f"warehouse.{schema}.{table}", f"candidate.{schema}.{table}"
    columns = connection.execute(f"select column_name, column_type from (describe {source})").fetchall()
    key = columns[0][0]
    if key not in KEYS:
        connection.execute(f"create table {copy} as from {source} order by all")
        return
    parts = ", ".join(f"coalesce({part}, '-')" for part in KEYS[key])
    others = ", ".join(f"{name} {kind}" for name, kind in columns[1:])
    connection.execute(f"create table {copy} ({key} varchar generated always as (concat_ws('/', {parts})), {others})")
    connection.execute(f"insert into {copy} select * exclude ({key}) from {source}")


def _comments(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The statements that give the copies the comments of the originals: tables first, then columns."""
    query = """
        select table_name, '', comment from duckdb_tables()
        where database_name = 'warehouse' and schema_name = $schema and comment is not null
        union all
        select view_name, '', comment from duckdb_views()
        where database_name = 'warehouse' and schema_name = $schema and comment is not null
        union all
        select table_name, column_name, comment from duckdb_columns()
        where database_name = 'warehouse' and schema_name = $schema and comment is not null
    """
    statements = []
    for table, column, comment in connection.execute(query, {"schema": schema}).fetchall():
        name = f"candidate.{schema}.{table}"
        what = f"column {name}.{column}" if column else f"table {name}"
        quoted = comment.replace("'", "''")
        statements.append(f"comment on {what} is '{quoted}'")
    return statements


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
