"""Opens the private warehouse to fill it; one that is no longer readable is set aside, since it can be made anew.

What stands in it is for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.home.aside import set_aside
from orchestration.home.paths import Home

# what DuckDB says of a file that is not, or no longer, one of its own; not of one that is locked or may not be opened
BROKEN = re.compile(
    "not a valid DuckDB|Corrupt database|checksum|Could not read enough bytes|Serialization Error|version number",
    re.IGNORECASE,
)


@contextmanager
def opened(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open to write and closed at the end; a new one where it is broken."""
    connection = _readable(home.warehouse)
    try:
        yield connection
    finally:
        connection.close()


def replace(home: Home, beside: Path) -> None:
    """Put a warehouse that was made beside the one that stands in its place."""
    _log_of(home.warehouse).unlink(missing_ok=True)  # belongs to the old one: DuckDB would replay it onto the new one
    beside.replace(home.warehouse)


def _readable(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(path))
    except duckdb.Error as problem:
        connection = _instead(path, problem)
    try:
        _read_all(connection)
    except duckdb.Error as problem:
        connection.close()
        connection = _instead(path, problem)
    return connection


def _read_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Read what landing relies on; the rest is built anew in any run."""
    query = "select table_name from duckdb_tables() where schema_name = 'raw' order by all"
    for (table,) in connection.execute(query).fetchall():
        connection.execute(f"select bit_xor(hash(t)) from raw.{table} as t").fetchall()


def _instead(path: Path, problem: duckdb.Error) -> duckdb.DuckDBPyConnection:
    if not BROKEN.search(str(problem)) or not path.is_file():
        raise problem
    set_aside(path, str(problem).splitlines()[0])
    if _log_of(path).exists():
        set_aside(_log_of(path), "hoort bij het vorige magazijn")
    return duckdb.connect(str(path))


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
