"""How the published file stands against the calendar: reads it, calculates nothing.

For whoever watches: the freshness check, and the schedule that closes a year when it is complete.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from orchestration.home.paths import Home
from orchestration.home.settings import amsterdam_day
from orchestration.ledger import receipts
from orchestration.publishing.opening import published_rows


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


def revised_years(home: Home) -> list[str]:
    """The years that were closed and whose values a correction changed since."""
    query = "select period from marts.national_annual where year_status = 'revised' order by period"
    return [row["period"] for row in published_rows(home, query)]
