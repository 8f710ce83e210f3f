"""The yearly pages about the regions, the naive way: Tabel 3.1 and the rankings.

Where the text leaves a choice, this is the choice made:

* **A row** of the overview, and of every ranking, is there for each region and year in which ``region_annual``
  has a row of any trajectory. Values are sums over the whole grid, published rows or not.
* **Started and the rankings by number** have no minimum; growth and decline need the minimum of clients_active
  in the year and in the year before, percentages that of clients_ended in the year.
* **A region without a value** is left out whatever its size.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.oracle import (
    Book,
    Part,
    Row,
    Value,
    minus,
    percentage,
    period_start,
    total,
    zero_if_unknown,
)
from tests.support.oracle_breakdowns import percentage_of

RANKING_MINIMUM = 10


@dataclass(frozen=True)
class Year:
    """What the rankings look at: one region in one year, all trajectories together."""

    clients_active: Value = None
    clients_started: Value = None
    clients_ended: Value = None
    pct_ended_with_result: Value = None


@dataclass(frozen=True)
class Entry:
    """One region in one ranking: its value, the base of it, and whether it is too small to be ranked."""

    value: float | None
    denominator: Value
    compared_value: Value
    too_small: bool

    @property
    def left_out(self) -> bool:
        """Whether it gets no rank."""
        return self.too_small or self.value is None


# Tabel 3.1 ---------------------------------------------------------------------------------------------


def region_overview_annual(book: Book, published: Mapping[str, list[Row]]) -> list[Row]:
    """One row per year and region."""
    parts = _parts_by_year_and_region(book)
    return [
        {
            "period": period,
            "period_start": period_start(period),
            "region_code": region,
            "region_name": book.reference.region_names[region],
            "clients_active_ips": _sum_of(parts[period, region], "clients_active", ips=True),
            "clients_active_non_ips": _sum_of(parts[period, region], "clients_active", ips=False),
            "clients_started_ips": _sum_of(parts[period, region], "clients_started", ips=True),
            "clients_started_non_ips": _sum_of(parts[period, region], "clients_started", ips=False),
            "pct_ended_with_result": _float(
                percentage(parts[period, region], "ended_with_result", "clients_ended")
            ),
            "organisations": book.organisations({"region": region}, period),
        }
        for period, region in _years_and_regions(published)
    ]


def _parts_by_year_and_region(book: Book) -> dict[tuple[str, str], list[Part]]:
    found: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in book.parts["annual"]:
        found[part.period, part.region].append(part)
    return found


def _years_and_regions(published: Mapping[str, list[Row]]) -> list[tuple[str, str]]:
    return sorted({(str(row["period"]), str(row["region_code"])) for row in published["region_annual"]})


def _sum_of(parts: list[Part], measure: str, *, ips: bool) -> Value:
    return total(part.measures[measure] for part in parts if (part.trajectory == "ips") == ips)


def _float(value: Value) -> float | None:
    return None if value is None else float(value)


# Rankings ----------------------------------------------------------------------------------------------


def region_rankings_annual(
    book: Book, published: Mapping[str, list[Row]], minimum: int = RANKING_MINIMUM
) -> list[Row]:
    """One row per year, ranking and region; who is left out has no rank."""
    years = {key: _year(parts) for key, parts in _parts_by_year_and_region(book).items()}
    shown = _years_and_regions(published)
    rows: list[Row] = []
    for period in sorted({period for period, _ in shown}):
        regions = [region for when, region in shown if when == period]
        this = {region: years[period, region] for region in regions}
        last = {region: years.get((str(int(period) - 1), region), Year()) for region in regions}
        shares = [y.pct_ended_with_result for y in this.values() if y.pct_ended_with_result is not None]
        for ranking, order in RANKINGS.items():
            entries = {region: _entry(ranking, this[region], last[region], minimum) for region in regions}
            for region, entry in entries.items():
                rows.append(
                    {
                        "period": period,
                        "ranking": ranking,
                        "region_code": region,
                        "rank": _rank(entry, list(entries.values()), order),
                        "value": entry.value,
                        "denominator": entry.denominator,
                        "compared_value": entry.compared_value,
                        "left_out": entry.left_out,
                        "ranking_minimum": minimum,
                        "regions_above_50_pct": (
                            sum(share > 50 for share in shares) if "_pct_" in ranking else None
                        ),
                        "regions_with_pct": len(shares) if "_pct_" in ranking else None,
                    }
                )
    return rows


RANKINGS = {
    "clients_active": "highest first",
    "clients_started": "highest first",
    "growth_clients_active": "highest first",
    "decline_clients_active": "lowest first",
    "highest_pct_ended_with_result": "highest first",
    "lowest_pct_ended_with_result": "lowest first",
}


def _year(parts: list[Part]) -> Year:
    """All trajectories of a region together."""
    return Year(
        clients_active=total(part.measures["clients_active"] for part in parts),
        clients_started=total(part.measures["clients_started"] for part in parts),
        clients_ended=total(part.measures["clients_ended"] for part in parts),
        pct_ended_with_result=percentage(parts, "ended_with_result", "clients_ended"),
    )


def _entry(ranking: str, this: Year, last: Year, minimum: int) -> Entry:
    """The value that counts in the ranking, and whether the minimum of clients is there."""
    if ranking == "clients_active":
        return Entry(_float(this.clients_active), None, None, False)
    if ranking == "clients_started":
        return Entry(_float(this.clients_started), None, None, False)
    if ranking.endswith("pct_ended_with_result"):
        too_small = zero_if_unknown(this.clients_ended) < minimum
        return Entry(_float(this.pct_ended_with_result), this.clients_ended, None, too_small)
    growth = minus(this.clients_active, last.clients_active)
    smallest = min(zero_if_unknown(this.clients_active), zero_if_unknown(last.clients_active))
    relative = percentage_of(growth, last.clients_active)
    return Entry(relative, last.clients_active, last.clients_active, smallest < minimum)


def _rank(entry: Entry, entries: list[Entry], order: str) -> int | None:
    """1 + the number of ranked regions that come before it; equal values share a rank."""
    if entry.left_out or entry.value is None:
        return None
    values = [other.value for other in entries if not other.left_out and other.value is not None]
    if order == "highest first":
        return 1 + sum(value > entry.value for value in values)
    return 1 + sum(value < entry.value for value in values)
