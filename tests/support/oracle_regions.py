"""The yearly pages about the regions, the naive way: Tabel 3.1 and the rankings.

Where the text leaves a choice, this is the choice made:

* **A row** of the overview is there for each region and year in which an organisation is: without one every
  measure of it is 0 or unknown. Each ranking lists every region of the list in every year that
  ``national_annual`` has; of a region in which no organisation is, nothing is known in that year. Values are
  sums over the whole grid, published rows or not.
* **The rankings by number** have no minimum; growth and decline need the minimum of clients_active in the
  year and in the year before, percentages that of clients_ended in the year.
* **Growth and decline** rank every region: a fall is a small growth, and the other way round. Between years
  that do not hold the same places of quarters (those in which anyone delivered anything) there is no change at
  all, of no count in no ranking; beside a year in which nobody delivered there is nothing to compare, and no
  reason either.
* **The reason** for leaving a region out is first that no organisation is there, then that the years do not
  compare, then that none was there the year before, then what is unknown, then what is too small; of the last
  the year itself goes before the year before.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tests.support.oracle import (
    Book,
    Part,
    Row,
    Value,
    minus,
    percentage,
    period_start,
    quarters_of,
    total,
    zero_if_unknown,
)

RANKING_MINIMUM = 10


@dataclass(frozen=True)
class Year:
    """What the rankings look at: one region in one year, all trajectories together."""

    clients_active: Value = None
    clients_started: Value = None
    clients_ended: Value = None
    pct_ended_with_result: Value = None


@dataclass(frozen=True)
class TwoYears:
    """A region in the year of the ranking and in the year before."""

    region: str
    period: str
    this: Year
    last: Year
    not_comparable: str | None

    @property
    def before(self) -> str:
        """The year before."""
        return str(int(self.period) - 1)


@dataclass(frozen=True)
class Entry:
    """The row of one region in one ranking, and the value that gives it its rank."""

    row: Row
    ranked_by: Value

    @property
    def left_out_reason(self) -> object:
        """Why it gets no rank, None when it does."""
        return self.row["left_out_reason"]


# Tabel 3.1 ---------------------------------------------------------------------------------------------


def region_overview_annual(book: Book, _published: Mapping[str, list[Row]]) -> list[Row]:
    """One row per year and region in which an organisation is."""
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
            "pct_ended_with_result": _float(percentage(parts[period, region], "ended_with_result", "clients_ended")),
            "organisations": book.organisations({"region": region}, period),
            "quarters": len(_places(book, period)),
            "period_status": _status(book, period),
        }
        for period, region in sorted(parts)
        if _is_there(book, region, period)
    ]


def _is_there(book: Book, region: str, period: str) -> bool:
    """Whether any organisation is in the region in the year."""
    return book.organisations({"region": region}, period) > 0


def _places(book: Book, period: str) -> list[str]:
    """The quarters of the year, by their place in it, in which anyone delivered anything."""
    trajectories = book.reference.trajectory_names
    return [
        quarter[5:]
        for quarter in quarters_of(period)
        if any(book.delivered.anyone(trajectory, quarter, "core") for trajectory in trajectories)
    ]


def _status(book: Book, period: str) -> str:
    return book.expectations.status(list(book.reference.trajectory_names), period)


def _parts_by_year_and_region(book: Book) -> dict[tuple[str, str], list[Part]]:
    found: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in book.parts["annual"]:
        found[part.period, part.region].append(part)
    return found


def _sum_of(parts: list[Part], measure: str, *, ips: bool) -> Value:
    return total(part.measures[measure] for part in parts if (part.trajectory == "ips") == ips)


def _float(value: Value) -> float | None:
    return None if value is None else float(value)


# Rankings ----------------------------------------------------------------------------------------------

RANKINGS = {
    "clients_active": "highest first",
    "clients_started": "highest first",
    "growth_clients_active": "highest first",
    "decline_clients_active": "lowest first",
    "highest_pct_ended_with_result": "highest first",
    "lowest_pct_ended_with_result": "lowest first",
}


def region_rankings_annual(book: Book, published: Mapping[str, list[Row]], minimum: int = RANKING_MINIMUM) -> list[Row]:
    """One row per year, ranking and region; who is left out has no rank."""
    parts = _parts_by_year_and_region(book)
    rows: list[Row] = []
    for period in sorted(str(row["period"]) for row in published["national_annual"]):
        before = str(int(period) - 1)
        about = _about(book, period, before)
        reason = about["not_comparable_reason"]
        two_years = [
            TwoYears(
                region,
                period,
                _year(book, parts[period, region], region, period),
                _year(book, parts[before, region], region, before),
                None if reason is None else str(reason),
            )
            for region in book.reference.region_names
        ]
        for ranking in RANKINGS:
            for row in _ranked(ranking, two_years, minimum):
                head = book.head({"region": str(row["region_code"])}, period)
                rows.append({**head, "ranking": ranking, **row, **about})
    return rows


def _about(book: Book, period: str, before: str) -> Row:
    """How far both years are, and why they are not compared."""
    places, places_before = _places(book, period), _places(book, before)
    reason = None
    if places_before and places != places_before:
        held = f"{period} heeft {', '.join(places)}; {before} heeft {', '.join(places_before)}"
        reason = f"niet dezelfde kwartalen: {held}"
    return {
        "quarters": len(places),
        "compared_quarters": len(places_before) or None,
        "period_status": _status(book, period),
        "compared_period_status": _status(book, before) if places_before else None,
        "not_comparable_reason": reason,
    }


def _year(book: Book, parts: list[Part], region: str, period: str) -> Year:
    """All trajectories of a region together; nothing where no organisation is."""
    if not _is_there(book, region, period):
        return Year()
    return Year(
        clients_active=total(part.measures["clients_active"] for part in parts),
        clients_started=total(part.measures["clients_started"] for part in parts),
        clients_ended=total(part.measures["clients_ended"] for part in parts),
        pct_ended_with_result=percentage(parts, "ended_with_result", "clients_ended"),
    )


def _ranked(ranking: str, two_years: list[TwoYears], minimum: int) -> list[Row]:
    """The regions of one ranking of one year."""
    entries = [_entry(ranking, one, minimum) for one in two_years]
    ranked = [entry.ranked_by for entry in entries if entry.left_out_reason is None]
    for entry in entries:
        if entry.left_out_reason is None:
            entry.row["rank"] = _rank(entry.ranked_by, ranked, RANKINGS[ranking])
    if "_pct_" in ranking:
        known = [value for entry in entries if (value := entry.ranked_by) is not None]
        for entry in entries:
            entry.row["regions_above_50_pct"] = sum(value > 50 for value in known)
            entry.row["regions_with_pct"] = len(known)
    return [entry.row for entry in entries]


def _rank(value: Value, ranked: list[Value], order: str) -> int:
    """1 + the number of ranked regions that come before it; equal values share a rank."""
    above = [zero_if_unknown(minus(other, value)) for other in ranked]
    return 1 + sum(difference > 0 if order == "highest first" else difference < 0 for difference in above)


def _entry(ranking: str, region: TwoYears, minimum: int) -> Entry:
    """What one ranking says of one region, before it has a rank."""
    this, last = region.this, region.last
    if ranking.endswith("pct_ended_with_result"):
        row = _row(region, this.pct_ended_with_result, last.pct_ended_with_result)
        row |= {"denominator": this.clients_ended, "denominator_name": "clients_ended"}
        row |= {"ranking_minimum": minimum, "change_pct_of_previous": None}
        reason = _nobody(region) or _left_out([(region.period, this.clients_ended)], minimum, "beëindigde trajecten")
        return Entry(row | {"left_out_reason": reason}, this.pct_ended_with_result)
    if ranking in ("clients_active", "clients_started"):
        value = getattr(this, ranking)
        row = _row(region, value, getattr(last, ranking))
        reason = _nobody(region) or _left_out([(region.period, value)], 0, "")
        return Entry(row | {"left_out_reason": reason}, value)
    row = _row(region, this.clients_active, last.clients_active)
    row |= {"denominator": last.clients_active, "denominator_name": "clients_active_previous_year"}
    both = [(region.period, this.clients_active), (region.before, last.clients_active)]
    reason = _nobody(region) or region.not_comparable or _nobody_before(region) or _left_out(both, minimum, "cliënten")
    row |= {"ranking_minimum": minimum, "left_out_reason": reason}
    return Entry(row, _growth(region, this.clients_active, last.clients_active))


def _nobody(region: TwoYears) -> str | None:
    """No organisation is there in the year."""
    return f"geen organisatie in {region.period}" if region.this == Year() else None


def _nobody_before(region: TwoYears) -> str | None:
    return f"geen organisatie in {region.before}" if region.last == Year() else None


def _row(region: TwoYears, value: Value, compared_value: Value) -> Row:
    return {
        "region_code": region.region,
        "rank": None,
        "value": _float(value),
        "compared_value": _float(compared_value),
        "change_pct_of_previous": _float(_growth(region, value, compared_value)),
        "denominator": None,
        "denominator_name": None,
        "ranking_minimum": None,
        "left_out_reason": None,
        "regions_above_50_pct": None,
        "regions_with_pct": None,
    }


def _growth(region: TwoYears, value: Value, compared_value: Value) -> Value:
    """The relative change, between years that compare."""
    return None if region.not_comparable else _relative(value, compared_value)


def _relative(value: Value, compared_value: Value) -> Value:
    """The change as a percentage of what it was; exact, so that equal growth is a tie."""
    change = minus(value, compared_value)
    if change is None or compared_value is None or compared_value == 0:
        return None
    return Fraction(100) * change / compared_value


def _left_out(sizes: list[tuple[str, Value]], minimum: int, of_what: str) -> str | None:
    """Why a region gets no rank: a number it needs is unknown or, that failing, too small."""
    for year, size in sizes:
        if size is None:
            return f"niet bekend over {year}"
    for year, size in sizes:
        if zero_if_unknown(size) < minimum:
            return f"minder dan {minimum} {of_what} in {year}"
    return None
