"""The row that tells dbt which run is building: when, with what version, and which year it closes.

A table and no dbt variable: changing a variable makes dbt parse the whole project again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import duckdb

from orchestration.home import code
from orchestration.home.modes import as_closed_as_the_archive
from orchestration.home.paths import Home
from orchestration.home.settings import amsterdam_day

# Raise it when a rule that computes a number changes: readers compare it between published files.
METHOD_VERSION = "2024.1"


def write(home: Home, now: datetime, closing_year: int | None = None) -> None:
    """Replace raw.run_context by this run; `now` is aware, the table holds UTC and Amsterdam's date."""
    made_of = code.code()
    made_with = [made_of.sha256, made_of.revision, made_of.is_clean, code.lists_sha256(home)]
    with as_closed_as_the_archive(home), duckdb.connect(str(home.warehouse)) as connection:
        connection.begin()
        write_into(connection, now, closing_year, made_with)
        connection.commit()


def write_into(
    connection: duckdb.DuckDBPyConnection,
    now: datetime,
    closing_year: int | None = None,
    made_with: Sequence[object] = (None, None, None, None),
) -> None:
    """As `write`, on a connection that the caller opens and closes; `made_with`: what code and which lists."""
    row = [
        now.astimezone(UTC).replace(tzinfo=None),
        amsterdam_day(now),
        version("werkmonitor"),
        METHOD_VERSION,
        closing_year,
        *made_with,
    ]
    connection.execute("delete from raw.run_context")
    connection.execute("insert into raw.run_context values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
