"""Opens the published file to read: the one place that does (CONTRACT § 3). What is read in it is for who asks.

A reader holds the file as it was when it was opened, whatever is published meanwhile. What is opened is a copy: DuckDB
opens a path three times, so that a publication can fall in between; it replays any `.wal` that a tool left beside the
file; it waits for no tool that holds the file; and in one process it keeps showing the old file while any part of the
process has that open. A copy is read through one descriptor and has none of the four.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home.paths import Home
from orchestration.publishing.rows import Row, rows

TRIES = 3  # a tool that is writing in the file, against all rules, may be halfway


class NothingPublished(Exception):
    """There is no published file yet; the message says, in Dutch, what to do."""


class NotReadable(OSError):
    """What stands there is no published file any more; the message says, in Dutch, what to do."""


@contextmanager
def opened(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open for reading and closed at the end.

    Raises:
        NothingPublished: there is none.
        NotReadable: there is one, and it is damaged.
    """
    with snapshot(home) as copy, _connected(home, copy) as connection:
        yield connection


@contextmanager
def snapshot(home: Home) -> Iterator[Path]:
    """A copy of the published file as it is now, in a folder of this process alone; gone at the end.

    Raises:
        NothingPublished: there is none.
    """
    with tempfile.TemporaryDirectory(prefix="werkmonitor-") as folder:
        copy = Path(folder) / home.published.name
        _take(home, copy)
        yield copy


def published_rows(home: Home, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
    """The rows of a query on the published file; none while nothing is published."""
    try:
        with opened(home) as connection:
            return rows(connection, query, values)
    except NothingPublished:
        return []


def published_rows_if_known(home: Home, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
    """As `published_rows`; none either while the file is of an older version, which lacks what is asked for."""
    try:
        return published_rows(home, query, values)
    except duckdb.CatalogException:
        return []


def _take(home: Home, copy: Path) -> None:
    try:
        shutil.copyfile(home.published, copy)
    except FileNotFoundError:
        raise NothingPublished("Er is nog niets gepubliceerd: draai eerst `werkmonitor run`.") from None


@contextmanager
def _connected(home: Home, copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    for remaining in reversed(range(TRIES)):
        try:
            connection = duckdb.connect(str(copy), read_only=True)
            break
        except duckdb.Error as problem:
            if not remaining:
                raise NotReadable(
                    f"{home.published} is niet te lezen: een ander programma heeft erin geschreven, "
                    "of de schijf is beschadigd. Draai `werkmonitor run`: die zet er een nieuw neer."
                ) from problem
        _take(home, copy)
    with connection:
        yield connection
