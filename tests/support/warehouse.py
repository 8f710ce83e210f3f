"""Puts deliveries straight into `raw` and builds the models: for tests of the method alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

from orchestration import transforming
from orchestration.home.paths import Home
from orchestration.landing.raw import raw_tables, run_context
from tests.support.oracle import Delivery, Organisation
from tests.support.random_deliveries import to_organisations_csv

NOW = datetime(2026, 2, 15, 12, tzinfo=UTC)


# what compares the marts with the published reports: nothing that a test of the method looks at
RECONCILIATION = "path:models/intermediate/reconciliation+"


def build_marts(
    home: Home,
    deliveries: Sequence[Delivery],
    organisations: Sequence[Organisation] = (),
    select: Sequence[str] = (),
    exclude: Sequence[str] = (RECONCILIATION,),
) -> None:
    """Replace what the home's warehouse holds by these deliveries, and build everything but the reconciliation."""
    home.warehouse.unlink(missing_ok=True)
    if organisations:
        home.reference.mkdir(parents=True, exist_ok=True)
        (home.reference / "organisations.csv").write_text(to_organisations_csv(organisations), encoding="utf-8")
    with duckdb.connect(str(home.warehouse)) as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        raw_tables.load_report_lists(connection)
        _insert(connection, "deliveries", _delivery_rows(deliveries))
        _insert(connection, "cells", _cell_rows(deliveries))
    run_context.write(home, NOW)
    list(transforming.build(home, select, exclude))


def read_mart(path: Path, mart: str) -> list[dict[str, object]]:
    """The rows of a mart, as dictionaries."""
    with duckdb.connect(str(path), read_only=True) as connection:
        result = connection.execute(f"from marts.{mart} order by all")
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    connection.register("rows", rows)
    connection.execute(f"insert into raw.{table} by name select * from rows")
    connection.unregister("rows")


def _delivery_rows(deliveries: Sequence[Delivery]) -> pd.DataFrame:
    rows = [
        (number, delivery.organisation_id, delivery.quarter, 1, datetime(2026, 1, 1))
        for number, delivery in enumerate(deliveries, 1)
    ]
    return pd.DataFrame(rows, columns=["receipt", "organisation_id", "quarter", "version", "landed_at"])


def _cell_rows(deliveries: Sequence[Delivery]) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    for number, delivery in enumerate(deliveries, 1):
        rows += [
            (number, "", "", trajectory or "", "declaration", "", category, "")
            for category, trajectory in delivery.declarations
        ]
        rows += [(number, "", *key, str(clients)) for key, clients in delivery.cells.items()]
    names = [
        "receipt",
        "location",
        "region_code",
        "trajectory",
        "measure",
        "breakdown",
        "category",
        "clients",
    ]
    return pd.DataFrame(rows, columns=names)
