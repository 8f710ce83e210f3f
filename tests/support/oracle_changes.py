"""The mart ``changes``, the naive way: every measure beside its earlier self, and why it differs.

Where the text leaves a choice, this is the choice made:

* **A row** is there when the place (nation or region × trajectory or ``all``) is published in the period or in
  the compared period, and both periods hold anything at all nationwide. Region × ``all`` is published when any
  trajectory of the region is.
* **A value** is the sum of all parts of the grid there, published or not; without any part it is unknown.
  ``organisations`` without any part is 0 once the first trajectory there is registered in the period or before.
* **The same calendar quarters** of a half-year or year are the same places in it: the first and second
  quarter of H2 answer to the first and second of H1. A trajectory nobody delivered in either holds none.
* **Known in a quarter** is asked of the dictionary and of who delivered what; never of a value.
* **pairs** is a known number: 0, not unknown, where nothing is compared (its like for like is unknown, as
  without any pairs). Unknown where like for like does not apply (percentages, organisations).
* **The headline of some pairs** is the headline there would be if there were no others; of all trajectories
  together only, in the nation and in a region. uwv_werkfit is in none of its pairs.
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
    UNPAID,
    Book,
    Measures,
    Part,
    Row,
    Value,
    headline,
    headline_part,
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

PERIOD_TYPES = {"quarterly": "quarter", "half_yearly": "half_year", "annual": "year"}
CAUSES = ("change_present_in_both", "change_newly_known", "change_no_longer_known")

REGISTERED_AS = {
    "clients_active": "clients",
    "clients_ended": "ended",
    "ended_with_result": "ended",
    "ended_without_result": "ended",
    "in_education": "education",
    "started_education": "education",
    "stopped_education": "education",
    **dict.fromkeys(UNPAID, "unpaid_work"),
}
"""The measure of the dictionary behind a measure of the marts, where their names differ."""

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
        self.pairs = sorted({_pair(part) for part in book.parts[frequency]})
        self._marts: dict[tuple[Spot, str], Row] = {}
        self._places: dict[tuple[str, str, str, str], list[set[int]]] = {}
        self._statuses: dict[tuple[str, str], str] = {}

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
            registered = min(self.book.reference.registered_from[one] for one in self.trajectories(trajectory))
            nobody = 0 if registered <= quarters_of(period)[-1] else None
            self._marts[spot, period] = {
                "organisations": self.book.organisations(where, period) if parts else nobody,
                **self.book.measures(parts, level, self.frequency),
                **headline(parts if trajectory == ALL and self.frequency == "quarterly" else []),
            }
        return self._marts[spot, period]

    # Whether the two periods may be compared

    def quarters(self, trajectory: str, period: str) -> list[int]:
        """Which quarters of the period (first, second, ...) anyone, nationwide, delivered the trajectory in."""
        wanted = self.trajectories(trajectory)
        return [
            number
            for number, quarter in enumerate(quarters_of(period))
            if any(self.book.delivered.anyone(one, quarter, "core") for one in wanted)
        ]

    def trajectories(self, trajectory: str) -> list[str]:
        """The trajectories of a spot."""
        return list(self.book.reference.trajectory_names) if trajectory == ALL else [trajectory]

    def comparable(self, trajectory: str, period: str, compared_period: str) -> bool:
        """Whether both periods hold the same quarters of the trajectory."""
        held = self.quarters(trajectory, period)
        return held != [] and held == self.quarters(trajectory, compared_period)

    def why_not(self, trajectory: str, period: str, compared_period: str) -> str | None:
        """What is said of two periods that hold other quarters."""
        if self.comparable(trajectory, period, compared_period):
            return None
        held = [
            ", ".join(quarters_of(one)[number][5:] for number in self.quarters(trajectory, one)) or "er geen"
            for one in (period, compared_period)
        ]
        return f"niet dezelfde kwartalen: {period} heeft {held[0]}; {compared_period} heeft {held[1]}"

    # Of whom a measure is known

    def known(self, pair: Pair, measure: str, quarter: str) -> bool:
        """Whether the pair knows the measure in the quarter, or what a half-year or year counts of it there."""
        if self.frequency != "quarterly" and measure == "clients_active":
            return known_in_quarter(self.book, pair, "clients_started", quarter)
        return known_in_quarter(self.book, pair, measure, quarter)

    def known_once(self, pair: Pair, measure: str, period: str) -> bool:
        """Whether the measure of the pair has a value in the period."""
        return any(known_in_quarter(self.book, pair, measure, quarter) for quarter in quarters_of(period))

    def known_places(self, pairs: Iterable[Pair], measure: str, period: str) -> set[int]:
        """In which quarters of the period one of the pairs knows the measure."""
        everyone = list(pairs)
        return {
            number
            for number, quarter in enumerate(quarters_of(period))
            if any(self.known(pair, measure, quarter) for pair in everyone)
        }

    def alike(self, pair: Pair, measure: str, period: str, compared_period: str) -> bool:
        """Whether the pair may be compared like for like in the measure."""
        key = (pair[1], measure, period, compared_period)
        if key not in self._places:
            nationwide = [one for one in self.pairs if one[1] == pair[1]]
            self._places[key] = [self.known_places(nationwide, measure, one) for one in (period, compared_period)]
        now, then = self._places[key]
        return (
            self.comparable(pair[1], period, compared_period)
            and now == then
            and now != set()
            and self.known_places([pair], measure, period) == now
            and self.known_places([pair], measure, compared_period) == then
        )

    # The rows of one spot

    def compare(self, spot: Spot, period: str, compared_period: str) -> list[Row]:
        """One row per measure."""
        now, then = self.mart(spot, period), self.mart(spot, compared_period)
        reason = self.why_not(spot[1], period, compared_period)
        about = {
            "period_type": PERIOD_TYPES[self.frequency],
            "period_status": self.status(spot[1], period),
            "compared_period_status": self.status(spot[1], compared_period),
            "not_comparable_reason": reason,
        }
        rows = []
        for measure in self.measures(spot):
            row = about | _change(measure, _number(now[measure]), _number(then[measure]), reason is None)
            if _is_count(measure):
                row |= self.explained(spot, measure, period, compared_period) if reason is None else {"pairs": 0}
            if row["value"] is None and row["compared_value"] is None:
                row |= dict.fromkeys(CAUSES)
            rows.append(row)
        return rows

    def status(self, trajectory: str, period: str) -> str:
        """How far the period is, of the trajectory nationwide or of all of them."""
        if (trajectory, period) not in self._statuses:
            found = self.book.expectations.status(self.trajectories(trajectory), period)
            self._statuses[trajectory, period] = found
        return self._statuses[trajectory, period]

    def explained(self, spot: Spot, measure: str, period: str, compared_period: str) -> Row:
        """Like for like, and where the change comes from."""
        here = {_pair(part) for when in (period, compared_period) for part in self.parts.get((spot, when), [])}
        after = {pair for pair in here if self.known_once(pair, measure, period)}
        before = {pair for pair in here if self.known_once(pair, measure, compared_period)}
        alike = {pair for pair in after & before if self.alike(pair, measure, period, compared_period)}

        def sides(pairs: set[Pair]) -> Sides:
            return Sides(
                self.summed(self.parts.get((spot, period), []), pairs, measure),
                self.summed(self.parts.get((spot, compared_period), []), pairs, measure),
            )

        causes = (sides(after & before), sides(after - before), sides(before - after))
        return {"pairs": len(alike)} | _like_for_like(sides(alike), measure) | _causes(causes, measure)

    def measures(self, spot: Spot) -> list[str]:
        """The columns of the contract; the headline is of all trajectories together."""
        columns = QUARTERLY_COLUMNS if self.frequency == "quarterly" else PERIOD_COLUMNS
        found = ["organisations", *columns]
        if self.frequency == "quarterly" and spot[1] == ALL:
            found += [*HEADLINES, *(f"pct_{name}" for name in HEADLINES)]
        return found

    def summed(self, parts: Sequence[Part], pairs: set[Pair], measure: str) -> Measures:
        """The count, and what it rests on, summed over the parts of these pairs; unknown where every part is."""
        members = [part for part in parts if _pair(part) in pairs]
        return {name: total(_contribution(part, name) for part in members) for name in (measure, _registered(measure))}


def known_in_quarter(book: Book, pair: Pair, measure: str, quarter: str) -> bool:
    """Whether the pair knows the measure in the quarter (METHOD, changes and comparisons)."""
    organisation, trajectory = pair
    delivered = book.delivered
    if not delivered.trajectory(organisation, trajectory, quarter):
        return False
    if measure in HEADLINES and trajectory in ("jobcoaching", "uwv_naar_werk"):
        return True
    if measure == "clients_started":
        return delivered.trajectory(organisation, trajectory, quarter_before(quarter))
    if measure in ("clients_lost", "clients_left_uncounted"):
        return any(
            delivered.trajectory(organisation, trajectory, quarter_before(quarter, back)) for back in (1, 2, 3, 4)
        )
    group = delivered.group_in_which(REGISTERED_AS.get(_registered(measure), _registered(measure)), trajectory, quarter)
    return group is not None and delivered.group(organisation, trajectory, quarter, group)


def _pair(part: Part) -> Pair:
    return (part.organisation, part.trajectory)


def _is_count(measure: str) -> bool:
    """Whether the measure adds up over pairs: percentages do not, nor does a distinct count."""
    return measure != "organisations" and not measure.startswith("pct_")


def _contribution(part: Part, measure: str) -> Value:
    """What a part adds to the measure."""
    return headline_part(part, _registered(measure)) if measure in HEADLINES else part.measures[measure]


def _registered(measure: str) -> str:
    """The measure whose being unknown makes this one unknown: for a headline its registered part."""
    return measure.removesuffix("_all_trajectories")


def _number(value: object) -> Value:
    return value  # type: ignore[return-value]


# The figures of one row --------------------------------------------------------------------------------


def _change(measure: str, value: Value, compared_value: Value, comparable: bool) -> Row:
    """Both values, what lies between them, and that as a percentage of either."""
    change = minus(value, compared_value) if comparable else None
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
        **dict.fromkeys(CAUSES),
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
    return {
        name: _float(zero_if_unknown(sides.now[measure]) - zero_if_unknown(sides.then[measure]))
        for name, sides in zip(CAUSES, causes, strict=True)
    }


def _float(value: Value) -> float | None:
    return None if value is None else float(value)
