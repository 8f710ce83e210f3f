"""Fills the tables of schema `raw` with what the ledger says and the archived files hold.

Each batch is one transaction: a receipt is in the warehouse with all that belongs to it, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd

from orchestration.findings.findings import ABOUT
from orchestration.ledger.receipts import Acknowledged, Judged, Receipt, YearClosed
from orchestration.reading.tidy import Row

_EPOCH = datetime(1970, 1, 1)
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
DELIVERIES = ("receipt", "organisation_id", "quarter", "version", "landed_at")
CELLS = ("receipt", "location", "region_code", "trajectory", "measure", "breakdown", "category", "clients")
TOLD = ("rule", "level", "location", "found", "expected", "message")
FINDINGS = ("receipt", *TOLD, *ABOUT, "figures")
YEAR_CLOSINGS = ("year", "closed_at", "reason", "values_digest")
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
    """A received file with its verdict; the rows count only when it was accepted."""

    receipt: Receipt
    judged: Judged
    rows: Sequence[Row]


def landed(connection: duckdb.DuckDBPyConnection) -> set[int]:
    """The receipts that the warehouse holds already."""
    return {number for (number,) in connection.execute("select receipt from raw.files").fetchall()}


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


def fill(connection: duckdb.DuckDBPyConnection, batch: Sequence[Landed]) -> None:
    """Add a batch of files and what they delivered."""
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
            _insert(connection, table, columns, rows)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def fill_year_closings(connection: duckdb.DuckDBPyConnection, closings: Iterable[YearClosed]) -> None:
    """Replace the closed years by those of the ledger."""
    rows = [(one.year, _utc(one.closed_at), one.reason, one.values_digest) for one in closings]
    _replace(connection, "year_closings", YEAR_CLOSINGS, rows)


def fill_acknowledgements(connection: duckdb.DuckDBPyConnection, acknowledged: Iterable[Acknowledged]) -> None:
    """Replace the closed warnings by those of the ledger."""
    rows = [
        (*(getattr(one, column) for column in ACKNOWLEDGEMENTS[:-1]), _utc(one.acknowledged_at)) for one in acknowledged
    ]
    _replace(connection, "acknowledgements", ACKNOWLEDGEMENTS, rows)


def _replace(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    connection.begin()
    connection.execute(f"delete from raw.{table}")
    _insert(connection, table, columns, rows)
    connection.commit()


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
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
        str(_EPOCH + timedelta(microseconds=receipt.modified_ns // 1000)),
        _utc(receipt.landed_at),
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
        _utc(one.receipt.landed_at),
    )


def _cell(one: Landed, row: Row) -> tuple[Any, ...]:
    return (one.receipt.receipt, row.location, *row[3:])


def _finding(one: Landed, found: dict[str, str]) -> tuple[Any, ...]:
    return (one.receipt.receipt, *(found.get(column, "") for column in FINDINGS[1:]))


def _utc(moment: str) -> str:
    """An ISO time as the naive UTC that the warehouse keeps."""
    return str(datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None))
