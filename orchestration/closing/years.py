"""Closing a year: what the annual rollup asks before it builds, and the record it leaves (CONTRACT § 4, rollup).

Which deliveries are expected is a rule of the method: it is read from the dbt model that holds it, never repeated here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from orchestration import transforming
from orchestration.home.modes import as_closed_as_the_archive
from orchestration.home.paths import Home
from orchestration.home.settings import amsterdam_day
from orchestration.home.words import tidied
from orchestration.landing.raw import closed_years, run_context
from orchestration.ledger import receipts
from orchestration.ledger.receipts import YearClosed
from orchestration.publishing.rows import Row, rows

log = logging.getLogger(__name__)

MISSING = """
    select organisation_id, quarter, trajectories, is_rejected from intermediate.int_deliveries_missing
    where starts_with(quarter, $period)
    order by quarter, organisation_id
"""


COUNTS = f"select {', '.join(closed_years.COUNTS)} from intermediate.int_year_counts where year = ? order by all"


class YearNotReady(Exception):
    """The year cannot be closed yet; the message says, in Dutch, what is missing and what to do."""


@dataclass(frozen=True)
class MissingDelivery:
    """A delivery that the year waits for; `trajectories` is None when nothing was expected but a file was rejected."""

    organisation_id: str
    quarter: str
    trajectories: str | None
    is_rejected: bool

    def __str__(self) -> str:
        what = f" ({self.trajectories})" if self.trajectories else ""
        return f"{self.organisation_id} {self.quarter}{what}: {'afgekeurd' if self.is_rejected else 'niet ontvangen'}"


def require_ready(home: Home, year: int, now: datetime, accept_missing: bool) -> None:
    """Refuse to close a year that is still running, empty or (unless accepted) incomplete.

    Builds only what the question needs; no mart is touched.

    Raises:
        YearNotReady: with every missing delivery by name.
    """
    if amsterdam_day(now) <= date(year, 12, 31):
        raise YearNotReady(f"{year} loopt nog. Sluit het jaar af na 31 december {year}.")
    select = ["+int_deliveries_missing"]
    list(transforming.build(home, select=select))
    if not _has_deliveries(home, year):
        raise YearNotReady(f"Voor {year} is geen enkele levering ontvangen: er is niets af te sluiten.")
    missing = missing_deliveries(home, str(year))
    for delivery in missing if accept_missing else []:
        log.warning("Wordt afgesloten zonder %s", delivery)
    if missing and not accept_missing:
        lines = "\n".join(f"  {delivery}" for delivery in missing)
        raise YearNotReady(
            f"{year} is niet compleet. Deze leveringen ontbreken:\n{lines}\n"
            'Vraag ze op, of sluit toch af met --accept-missing --reason "…".'
        )


def missing_deliveries(home: Home, period: str) -> list[MissingDelivery]:
    """The deliveries of a year (2024) or quarter (2024-Q1) that are expected and not in force."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.execute(MISSING, {"period": period}).fetchall()
    return [MissingDelivery(*row) for row in rows]


def reporting_rates(home: Home, quarter: str) -> Row:
    """The quarter's row of the mart of that name as just built; empty when nothing is expected of the quarter."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        found = rows(connection, "from marts.reporting_rates where period = ?", [quarter])
    return found[0] if found else {}


def record(home: Home, year: int, reason: str | None, now: datetime) -> None:
    """Write down that the year was closed with the values just built; a later change of them makes it `revised`."""
    with as_closed_as_the_archive(home), duckdb.connect(str(home.warehouse)) as connection:
        query = "select values_digest from intermediate.int_year_digests where year = ?"
        found = connection.execute(query, [year]).fetchone()
        if found is None:
            raise YearNotReady(f"Voor {year} zijn geen cijfers berekend: er is niets af te sluiten.")
        counts = closed_years.keep(home, connection.execute(COUNTS, [year]).fetchall())
        closed_at, method = now.astimezone(UTC).isoformat(), run_context.METHOD_VERSION
        closing = YearClosed(year, closed_at, tidied(reason) if reason else None, found[0], counts, method)
        connection.begin()  # that it fits is proven before it is written down for ever
        connection.execute("insert into raw.year_closings values (?, ?, ?, ?, ?, ?)", closed_years.closing_row(closing))
        closed_years.fill_counts(connection, home, counts)
        receipts.close_year(home.receipts, closing)
        connection.commit()


def _has_deliveries(home: Home, year: int) -> bool:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        query = "select count(*) from intermediate.int_groups_delivered where substr(quarter, 1, 4) = ?"
        found = connection.execute(query, [str(year)]).fetchone()
    return bool(found and found[0])
