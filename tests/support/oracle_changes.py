"""The mart ``changes``, the naive way: every measure beside its earlier self, and why it differs.

Where the text leaves a choice, this is the choice made:

* **A row** is there when the place (nation or region × trajectory or ``all``) is published in the period or in
  the compared period, and both periods hold anything at all nationwide. Region × ``all`` is published when any
  trajectory of the region is.
* **A value** is the sum of all parts of the grid there, published or not; without any part it is unknown,
  ``organisations`` included.
* **The same calendar quarters** of a half-year or year are the same places in it: the first and second
  quarter of H2 answer to the first and second of H1. A trajectory nobody delivered in either holds none.
* **pairs** is a known number: 0, not unknown, of a trajectory whose periods hold other quarters (its like for
  like is unknown, as without any pairs); ``all`` counts the pairs of the other trajectories. Unknown where
  like for like does not apply (percentages, organisations).
* **The headline of some pairs** is the headline the nation would have if there were no others.
* **Relative changes** are taken of every measure, percentages included.
* **Types**: all numbers are ``float`` but ``pairs``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.support.oracle import (
    HEADLINES,
    PERIOD_COLUMNS,
    QUARTERLY_COLUMNS,
    Book,
    Measures,
    Part,
    Row,
    Value,
    minus,
    period_start,
    quarter_before,
    quarters_of,
    total,
    zero_if_unknown,
)
from tests.support.oracle_breakdowns import percentage_of

ALL = "all"
ALL_NAME = "Alle trajecten"

COMPARISONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "previous_quarter": ("quarterly", quarter_before),
    "same_quarter_last_year": ("quarterly", lambda quarter: quarter_before(quarter, 4)),
    "previous_half_year": (
        "half_yearly",
        lambda half: f"{half[:4]}-H1" if half.endswith("H2") else f"{int(half[:4]) - 1}-H2",
    ),
    "previous_year": ("annual", lambda year: str(int(year) - 1)),
}

Spot = tuple[str | None, str]
"""A region, or None for the nation; and a trajectory, or ``all``."""

Pair = tuple[str, str]
"""organisation, trajectory."""


@dataclass(frozen=True)
class Sides:
    """The parts of some pairs in the period and in the compared period, their measures summed."""

    now: Measures
    then: Measures


def changes(book: Book, published: Mapping[str, list[Row]]) -> list[Row]:
    """The rows of the mart, given the rows of the marts it compares."""
    rows: list[Row] = []
    for comparison, (frequency, earlier) in COMPARISONS.items():
        pages = _Pages(book, published, frequency)
        for period in pages.periods:
            compared_period = earlier(period)
            if compared_period in pages.periods:
                for spot in pages.spots(period, compared_period):
                    head = _head(book, comparison, period, compared_period, spot)
                    rows += [head | row for row in pages.compare(spot, period, compared_period)]
    return rows


def _head(book: Book, comparison: str, period: str, compared_period: str, spot: Spot) -> Row:
    region, trajectory = spot
    return {
        "comparison": comparison,
        "period": period,
        "period_start": period_start(period),
        "compared_period": compared_period,
        "level": "national" if region is None else "region",
        "region_code": region,
        "region_name": None if region is None else book.reference.region_names[region],
        "trajectory": trajectory,
        "trajectory_name": ALL_NAME if trajectory == ALL else book.reference.trajectory_names[trajectory],
    }


class _Pages:
    """The parts of one frequency, laid out by spot and period."""

    def __init__(self, book: Book, published: Mapping[str, list[Row]], frequency: str) -> None:
        self.book = book
        self.frequency = frequency
        self.periods = [str(row["period"]) for row in published[f"national_{frequency}"]]
        self.published: set[tuple[Spot, str]] = set()
        for row in published[f"national_{frequency}"]:
            self.published.add(((None, ALL), str(row["period"])))
        for row in published[f"trajectory_{frequency}"]:
            self.published.add(((None, str(row["trajectory"])), str(row["period"])))
        for row in published[f"region_{frequency}"]:
            for trajectory in (str(row["trajectory"]), ALL):
                self.published.add(((str(row["region_code"]), trajectory), str(row["period"])))
        self.parts: dict[tuple[Spot, str], list[Part]] = defaultdict(list)
        for part in book.parts[frequency]:
            for spot in ((r, t) for r in (None, part.region) for t in (ALL, part.trajectory)):
                self.parts[spot, part.period].append(part)
        self._marts: dict[tuple[Spot, str], Row] = {}

    def spots(self, period: str, compared_period: str) -> list[Spot]:
        """The places that are published in either period."""
        found = {spot for spot, when in self.published if when in (period, compared_period)}
        return sorted(found, key=lambda spot: (spot[0] or "", spot[1]))

    def mart(self, spot: Spot, period: str) -> Row:
        """Every measure as the mart of the spot has it, or would have if it had the row."""
        if (spot, period) not in self._marts:
            region, trajectory = spot
            parts = self.parts.get((spot, period), [])
            where = {} if region is None else {"region": region}
            where |= {} if trajectory == ALL else {"trajectory": trajectory}
            level = "national" if spot == (None, ALL) else "region"
            self._marts[spot, period] = {
                "organisations": self.book.organisations(where, period) if parts else None,
                **self.book.measures(parts, level, self.frequency),
            }
        return self._marts[spot, period]

    # Who is compared with whom

    def delivered(self, period: str) -> set[Pair]:
        """The pairs that delivered at least once in the period."""
        return {_pair(part) for part in self.parts[(None, ALL), period]}

    def quarters(self, trajectory: str, period: str) -> list[int]:
        """Which quarters of the period (first, second, ...) anyone, nationwide, delivered the trajectory in."""
        return [
            number
            for number, quarter in enumerate(quarters_of(period))
            if self.book.delivered.anyone(trajectory, quarter, "core")
        ]

    def comparable(self, trajectory: str, period: str, compared_period: str) -> bool:
        """Whether both periods hold the same quarters of the trajectory; single quarters always do."""
        if self.frequency == "quarterly":
            return True
        held = self.quarters(trajectory, period)
        return held != [] and held == self.quarters(trajectory, compared_period)

    def always_delivered(self, pair: Pair, period: str) -> bool:
        """Whether the pair delivered in every quarter of the period in which anyone delivered the trajectory."""
        organisation, trajectory = pair
        return all(
            self.book.delivered.trajectory(organisation, trajectory, quarters_of(period)[number])
            for number in self.quarters(trajectory, period)
        )

    def like_for_like_pairs(self, spot: Spot, period: str, compared_period: str) -> set[Pair]:
        """The pairs with parts at the spot that delivered alike in both periods."""
        both = (period, compared_period)
        in_both = {_pair(part) for part in self.parts.get((spot, period), [])} & self.delivered(compared_period)
        return {
            pair
            for pair in in_both
            if self.comparable(pair[1], period, compared_period)
            and all(self.always_delivered(pair, when) for when in both)
        }

    # The rows of one spot

    def compare(self, spot: Spot, period: str, compared_period: str) -> list[Row]:
        """One row per measure."""
        now, then = self.mart(spot, period), self.mart(spot, compared_period)
        before, after = self.delivered(compared_period), self.delivered(period)

        def sides(pairs: set[Pair]) -> Sides:
            return Sides(
                self.summed(self.parts.get((spot, period), []), pairs),
                self.summed(self.parts.get((spot, compared_period), []), pairs),
            )

        alike = self.like_for_like_pairs(spot, period, compared_period)
        like_for_like = sides(alike)
        causes = (sides(after & before), sides(after - before), sides(before - after))
        rows = []
        for measure in self.measures(spot):
            row = _change(measure, _number(now[measure]), _number(then[measure]))
            if _is_count(measure):
                row["pairs"] = len(alike)
                row |= _like_for_like(like_for_like, measure)
                row |= _causes(causes, measure) if row["change"] is not None else {}
            rows.append(row)
        return rows

    def measures(self, spot: Spot) -> list[str]:
        """The columns of the contract; the headline is the nation's, all trajectories together."""
        columns = QUARTERLY_COLUMNS if self.frequency == "quarterly" else PERIOD_COLUMNS
        found = ["organisations", *columns]
        if self.frequency == "quarterly" and spot == (None, ALL):
            found += [*HEADLINES, "pct_paid_work_headline"]
        return found

    def summed(self, parts: Sequence[Part], pairs: set[Pair]) -> Measures:
        """Every count, summed over the parts of these pairs; unknown where every part is."""
        members = [part for part in parts if _pair(part) in pairs]
        columns = (*QUARTERLY_COLUMNS, *HEADLINES) if self.frequency == "quarterly" else PERIOD_COLUMNS
        return {name: total(_contribution(part, name) for part in members) for name in columns if _is_count(name)}


def _pair(part: Part) -> Pair:
    return (part.organisation, part.trajectory)


def _is_count(measure: str) -> bool:
    """Whether the measure adds up over pairs: percentages do not, nor does a distinct count."""
    return measure != "organisations" and not measure.startswith("pct_")


def _contribution(part: Part, measure: str) -> Value:
    """What a part adds to the measure: to the headline all its jobcoaching clients, all found work by the UWV."""
    if measure not in HEADLINES:
        return part.measures[measure]
    if part.trajectory == "jobcoaching":
        return part.measures["clients_active"]
    if part.trajectory == "uwv_naar_werk":
        return part.measures["ended_with_result"]
    return part.measures[_registered(measure)]


def _registered(measure: str) -> str:
    """The measure whose being unknown makes this one unknown: for a headline its registered part."""
    return measure.removesuffix("_headline")


def _number(value: object) -> Value:
    return value  # type: ignore[return-value]


# The figures of one row --------------------------------------------------------------------------------


def _change(measure: str, value: Value, compared_value: Value) -> Row:
    """Both values, what lies between them, and that as a percentage of either."""
    change = minus(value, compared_value)
    return {
        "measure": measure,
        "value": _float(value),
        "compared_value": _float(compared_value),
        "change": _float(change),
        "change_points": _float(change) if measure.startswith("pct_") else None,
        "change_pct_of_previous": percentage_of(change, compared_value),
        "change_pct_of_current": percentage_of(change, value),
        "like_for_like_value": None,
        "like_for_like_compared_value": None,
        "like_for_like_change": None,
        "pairs": None,
        "change_present_in_both": None,
        "change_newly_delivering": None,
        "change_no_longer_delivering": None,
    }


def _like_for_like(sides: Sides, measure: str) -> Row:
    now = sides.now[measure] if sides.now[_registered(measure)] is not None else None
    then = sides.then[measure] if sides.then[_registered(measure)] is not None else None
    return {
        "like_for_like_value": _float(now),
        "like_for_like_compared_value": _float(then),
        "like_for_like_change": _float(minus(now, then)),
    }


def _causes(causes: Iterable[Sides], measure: str) -> Row:
    """The change due to the pairs present in both periods, in this one only, in the compared one only."""
    names = ("change_present_in_both", "change_newly_delivering", "change_no_longer_delivering")
    return {
        name: _float(zero_if_unknown(sides.now[measure]) - zero_if_unknown(sides.then[measure]))
        for name, sides in zip(names, causes, strict=True)
    }


def _float(value: Value) -> float | None:
    return None if value is None else float(value)
