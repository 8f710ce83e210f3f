"""How the published file stands against the calendar: reads it, calculates nothing.

For whoever watches: the freshness check, and the schedule that closes a year when it is complete.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import duckdb

from orchestration.findings.dutch import in_words
from orchestration.home.paths import Home
from orchestration.home.settings import amsterdam_day
from orchestration.ledger import receipts
from orchestration.publishing.opening import published_rows, published_rows_if_known
from orchestration.publishing.rows import Row

CHANGED = "from marts.closed_years_changed order by period"
NATIONAL = """
    select measure, closed_value, value from marts.closed_figures_changed
    where period = ? and level = 'national' and trajectory = 'all' and breakdown is null order by measure
"""


def numbers(home: Home, mart: str, period: str | None = None) -> dict[str, int | float | str]:
    """What is known in one row of a published mart: that of a period, or the only one."""
    query = f"from marts.{mart}"
    found = published_rows(home, f"{query} where period = ?", [period]) if period else published_rows(home, query)
    return {name: value for row in found[:1] for name, value in row.items() if isinstance(value, int | float | str)}


def built_at(home: Home) -> datetime | None:
    """When the published figures were computed (aware); None when nothing is published."""
    for row in published_rows(home, "select built_at from marts.published_state"):
        moment: datetime = row["built_at"].replace(tzinfo=UTC)
        return moment
    return None


def is_fresh(home: Home, deadline: date) -> bool:
    """Whether the published figures were computed after the deadline, a day that counts to its end."""
    built = built_at(home)
    return built is not None and amsterdam_day(built) > deadline


def is_behind(home: Home) -> bool:
    """Whether anything landed after the published file was released, which made their times equal.

    Not whether one is later than the other: the clock may have been put back in between.
    """
    if not home.receipts.exists():
        return False
    return not home.published.exists() or home.receipts.stat().st_mtime_ns != home.published.stat().st_mtime_ns


def awaits_closing(home: Home, year: int) -> bool:
    """Whether the year is complete as published, and was never closed. Who reopened it, closes it by hand."""
    if any(one.period == str(year) for one in receipts.read(home.receipts).reopened.values()):
        return False
    query = "from marts.national_annual where period = ? and period_status = 'complete' and year_status = 'open'"
    return bool(published_rows(home, query, [str(year)]))


def changed_years(home: Home) -> list[str]:
    """Per closed year of which anything is other since: what, and by which deliveries; in Dutch."""
    return [_changed(home, row) for row in published_rows_if_known(home, CHANGED)]


def changes_said(home: Home) -> list[str]:
    """Those that the published file says already, while it can be read."""
    with suppress(duckdb.Error, OSError):
        return changed_years(home)
    return []


def _changed(home: Home, row: Row) -> str:
    year = row["period"]
    since = f"{year}, afgesloten op {in_words(amsterdam_day(row['closed_at'].replace(tzinfo=UTC)))}, "
    again = f"Opnieuw afsluiten: `werkmonitor rollup --year {year}`."
    if row["changed_by"] == "niet te herleiden":
        by = f" Sindsdien anders: {row['deliveries']}." if row["deliveries"] else ""
        return f"{since}is niet meer gelijk; wat er veranderde is niet te herleiden.{by} {again}"
    those = published_rows(home, NATIONAL, [year])
    figures = "; ".join(f"{one['measure']} {one['closed_value']:.10g} → {one['value']:.10g}" for one in those)
    told = f" Landelijk: {figures}." if figures else ""
    which = f"{told} Alle: mart closed_figures_changed."
    if row["changed_by"] == "methode":
        methods = f"{row['closed_method_version']} → {row['method_version']}"
        other = f"heeft {row['counts_changed']} andere cijfers door de methode ({methods}), niet door een levering"
        return f"{since}{other}.{which}"
    return f"{since}is herzien: {row['counts_changed']} cijfers zijn anders door {row['deliveries']}.{which} {again}"
