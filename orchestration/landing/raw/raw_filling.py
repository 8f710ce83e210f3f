"""Fills the tables of schema `raw` with what the ledger says and the archived files hold.

Each batch is one transaction: a receipt is in the warehouse with all that belongs to it, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd

from orchestration.findings.findings import ABOUT
from orchestration.ledger.receipts import Acknowledged, Judged, Ledger, Receipt
from orchestration.reading.tidy import Row

_EPOCH = datetime(1970, 1, 1)
_LAST = datetime(9999, 12, 31)  # a file may say that it is from the year 11476
FILES = (
    "receipt",
    "sha256",
    "archived_as",
    "file_name",
    "size_bytes",
    "modified_at",
    "landed_at",
    "status",
    "organisation_id",
    "quarter",
)
DELIVERIES = ("receipt", "organisation_id", "quarter", "version", "landed_at", "cells", "cells_sha256")
OF_A_FILE = ("files", "deliveries", "cells", "findings")
CELLS = ("receipt", "location", "region_code", "trajectory", "measure", "breakdown", "category", "clients")
TOLD = ("rule", "level", "location", "found", "expected", "message")
FINDINGS = ("receipt", *TOLD, *ABOUT, "figures")
ACKNOWLEDGEMENTS = (
    "finding_id",
    "organisation_id",
    "quarter",
    "rule",
    "reason",
    "acknowledged_by",
    "acknowledged_at",
)


@dataclass(frozen=True)
class Landed:
    """A received file with its verdict; the rows, and what the ledger says of them, count only when it was accepted."""

    receipt: Receipt
    judged: Judged
    rows: Sequence[Row]
    counted: tuple[int | None, str | None] = (None, None)


def landed(connection: duckdb.DuckDBPyConnection) -> set[int]:
    """The receipts that the warehouse, of whatever edition, holds already."""
    return {number for (number,) in _rows_if_there(connection, "files", "receipt")}


def _rows_if_there(connection: duckdb.DuckDBPyConnection, table: str, columns: str) -> list[tuple[Any, ...]]:
    # asked first: for a table that is not there DuckDB looks among the names of this module, and finds functions
    there = "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = ?"
    if not connection.execute(there, [table]).fetchall():
        return []
    return connection.execute(f"select {columns} from raw.{table}").fetchall()


def forget_held(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out what earlier landings could not judge: this one tries again."""
    held = "select receipt from raw.files where status = 'held'"
    connection.begin()
    connection.execute(f"delete from raw.findings where receipt in ({held})")
    connection.execute(f"delete from raw.files where receipt in ({held})")
    connection.commit()


def empty(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out every file and what it delivered."""
    for table in ("files", "deliveries", "cells", "findings"):
        connection.execute(f"delete from raw.{table}")


def highest(connection: duckdb.DuckDBPyConnection) -> int:
    """The highest receipt that this warehouse remembers."""
    return max(landed(connection), default=0)


def files(connection: duckdb.DuckDBPyConnection, receipts: Iterable[int]) -> list[Receipt]:
    """Files as this warehouse remembers them."""
    chosen = "receipt in (select unnest(?::bigint[]))"
    query = f"select {', '.join(FILES[:7])} from raw.files where {chosen} order by receipt"
    rows = connection.execute(query, [sorted(receipts)]).fetchall()
    return [
        Receipt(number, sha256, place, name, size, _nanoseconds(modified), 0, 0, landed.replace(tzinfo=UTC).isoformat())
        for number, sha256, place, name, size, modified, landed in rows
    ]


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


def head(connection: duckdb.DuckDBPyConnection) -> tuple[int, str] | None:
    """Number and hash of the newest line of the ledger that this warehouse has taken in."""
    found = _rows_if_there(connection, "ledger", "line, hash")
    return (int(found[0][0]), str(found[0][1])) if found and found[0][0] else None


def remember(connection: duckdb.DuckDBPyConnection, newest: tuple[int, str] | None) -> None:
    """Write down which line that is now."""
    _replace(connection, "ledger", ("line", "hash"), [newest or (0, "")])


def forget(connection: duckdb.DuckDBPyConnection, receipts: Iterable[int]) -> None:
    """Take out files and what they delivered."""
    numbers = sorted(receipts)
    if not numbers:
        return
    connection.begin()
    for table in OF_A_FILE:
        connection.execute(f"delete from raw.{table} where receipt in (select unnest(?::bigint[]))", [numbers])
    connection.commit()


def forget_other(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Take out what the ledger says otherwise, or no longer says: this landing takes it in anew."""
    query = """
        select receipt, sha256, status, files.organisation_id, files.quarter, version, cells, cells_sha256
        from raw.files left join raw.deliveries using (receipt)
    """
    forget(connection, [row[0] for row in connection.execute(query).fetchall() if row != _said(ledger, row[0])])


def _said(ledger: Ledger, number: int) -> tuple[Any, ...]:
    receipt, judged = ledger.received.get(number), ledger.judged.get(number)
    if receipt is None or judged is None:
        return ()
    cells = (ledger.cells_of(number) if judged.status == "accepted" else None) or (None, None)
    about = (judged.status, judged.organisation_id, judged.quarter, judged.version)
    return (number, receipt.sha256, *about, *cells)


def fill(
    connection: duckdb.DuckDBPyConnection, batch: Sequence[Landed], before_it_counts: Callable[[], None] | None = None
) -> None:
    """Add a batch of files and what they delivered.

    `before_it_counts` is called when all of it fits, before that is final: what it raises undoes the filling.
    """
    accepted = [one for one in batch if one.judged.status == "accepted"]
    tables = {
        "files": (FILES, [_file(one) for one in batch]),
        "deliveries": (DELIVERIES, [_delivery(one) for one in accepted]),
        "cells": (CELLS, [_cell(one, row) for one in accepted for row in one.rows]),
        "findings": (FINDINGS, [_finding(one, found) for one in batch for found in one.judged.findings]),
    }
    connection.begin()
    try:
        for table, (columns, rows) in tables.items():
            insert(connection, table, columns, rows)
        if before_it_counts:
            before_it_counts()
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def mark_deferred(connection: duckdb.DuckDBPyConnection, deferred: Iterable[int]) -> None:
    """Say of every accepted delivery whether it waits for its quarter to be reopened."""
    chosen = "receipt in (select unnest(?::bigint[]))"
    others = f"is_deferred is distinct from ({chosen})"  # mostly none
    waiting = sorted(deferred)
    connection.execute(f"update raw.deliveries set is_deferred = {chosen} where {others}", [waiting, waiting])


def fill_acknowledgements(connection: duckdb.DuckDBPyConnection, acknowledged: Iterable[Acknowledged]) -> None:
    """Replace the closed warnings by those of the ledger."""
    rows = [
        (*(getattr(one, column) for column in ACKNOWLEDGEMENTS[:-1]), utc(one.acknowledged_at)) for one in acknowledged
    ]
    _replace(connection, "acknowledgements", ACKNOWLEDGEMENTS, rows)


def _replace(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    connection.begin()
    connection.execute(f"delete from raw.{table}")
    insert(connection, table, columns, rows)
    connection.commit()


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add rows to a table of `raw`."""
    if not rows:
        return
    names = ", ".join(columns)
    connection.register("arriving", pd.DataFrame(rows, columns=list(columns), dtype=object))
    try:
        connection.execute(f"insert into raw.{table} ({names}) select {names} from arriving")
    finally:
        connection.unregister("arriving")


def _file(one: Landed) -> tuple[Any, ...]:
    receipt, judged = one.receipt, one.judged
    return (
        receipt.receipt,
        receipt.sha256,
        receipt.archived_as,
        receipt.file_name,
        receipt.size_bytes,
        str(_moment(receipt.modified_ns)),
        utc(receipt.landed_at),
        judged.status,
        judged.organisation_id,
        judged.quarter,
    )


def _delivery(one: Landed) -> tuple[Any, ...]:
    judged = one.judged
    return (
        one.receipt.receipt,
        judged.organisation_id,
        judged.quarter,
        judged.version,
        utc(one.receipt.landed_at),
        *one.counted,
    )


def _moment(nanoseconds: int) -> datetime:
    """A time of a file, or the nearest that a calendar holds."""
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return _LAST if nanoseconds > 0 else datetime.min


def _cell(one: Landed, row: Row) -> tuple[Any, ...]:
    return (one.receipt.receipt, row.location, *row[3:])


def _finding(one: Landed, found: dict[str, str]) -> tuple[Any, ...]:
    return (one.receipt.receipt, *(found.get(column, "") for column in FINDINGS[1:]))


def utc(moment: str) -> str:
    """An ISO time as the naive UTC that the warehouse keeps."""
    return str(datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None))
