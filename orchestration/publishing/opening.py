"""Opens the published file to read: the one place that does (CONTRACT § 3). What is read in it is for who asks.

A reader holds the file as it was when it was opened, whatever is published meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from orchestration.home.paths import Home
from orchestration.publishing.rows import Row, rows


class NothingPublished(Exception):
    """There is no published file yet; the message says, in Dutch, what to do."""


@contextmanager
def opened(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open for reading and closed at the end.

    Raises:
        NothingPublished: there is none.
    """
    if not home.published.exists():
        raise NothingPublished("Er is nog niets gepubliceerd: draai eerst `werkmonitor run`.")
    with duckdb.connect(str(home.published), read_only=True) as connection:
        yield connection


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
