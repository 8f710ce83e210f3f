"""The mart ``changes``, the naive way: every figure beside its earlier self, and why it differs.

Where the text leaves a choice, this is the choice made:

* **A row** is there when the place is published in the period or in the compared period, and both periods hold anything
  at all nationwide; of an organisation over all its regions; none of what no trajectory of the scope registers. A
  category has a row where both periods have it.
* **The side where nobody is** has the row that the figures would have of no parts: unknown, or not asked.
  ``organisations`` are 0 there once the first trajectory is registered in the period or before, and unknown earlier.
* **The same calendar quarters** of a half-year or year are the same places in it: the first and second quarter of H2
  answer to the first and second of H1. A scope nobody delivered in either holds none.
* **Known in a quarter** is asked of the dictionary and of who delivered what; never of a value.
* **pairs** is a known number: 0, not unknown, where nothing is compared (its like for like is unknown, as without any
  pairs). Unknown where like for like does not apply (percentages, organisations, and at level organisation).
* **The headline of some pairs** is the headline there would be if there were no others. uwv_werkfit is in none of them.
* **A category** is known of the pairs that know its breakdown; one that lacks the category counts 0.
* **Relative changes** are taken of every measure, percentages included.
* **Types**: all numbers are ``float`` but ``pairs``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.support.oracle import HEADLINES, Book, Part, Row, Value, headline_part, quarter_before, quarters_of
from tests.support.oracle_breakdowns import Amounts, PartKey, amounts_of
from tests.support.oracle_figures import NAMED, Page, Place, scopes
from tests.support.oracle_known import PERIOD_TYPES, Pair, known_in_quarter

COMPARISONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "previous_quarter": ("quarterly", quarter_before),
    "same_quarter_last_year": ("quarterly", lambda quarter: quarter_before(quarter, 4)),
    "previous_half_year": (
        "half_yearly",
        lambda half: f"{half[:4]}-H1" if half.endswith("H2") else f"{int(half[:4]) - 1}-H2",
    ),
    "previous_year": ("annual", lambda year: str(int(year) - 1)),
}
PRESENCES = {
    (True, True): "change_present_in_both",
    (True, False): "change_newly_known",
    (False, True): "change_no_longer_known",
}
CAUSES = tuple(PRESENCES.values())
BESIDE = ("like_for_like_value", "like_for_like_compared_value", "like_for_like_change", "pairs", *CAUSES)
OF_BOTH = ("period_status", "status", "known_pct", "value")
KEPT = (
    *("period_type", "period", "period_start", "level", "region_code", "region_name"),
    *("organisation_id", "organisation_name", "trajectory", "trajectory_name", "is_total"),
    *("measure", "breakdown", "category", "unit"),
)

Key = tuple[str, str | None, str | None]
"""measure, breakdown, category."""


def changes(book: Book, _published: object = None) -> list[Row]:
    """The rows of the mart."""
    sheets = {frequency: Sheet(book, frequency) for frequency in PERIOD_TYPES}
    rows: list[Row] = []
    for comparison, (frequency, earlier) in COMPARISONS.items():
        sheet = sheets[frequency]
        for period in sorted(sheet.parts):
            if earlier(period) in sheet.parts:
                rows += Comparing(sheet, comparison, period, earlier(period)).rows()
    return rows


class Sheet:
    """The figures of one frequency, of any place in any period."""

    def __init__(self, book: Book, frequency: str) -> None:
        self.book = book
        self.frequency = frequency
        self.amounts, self.bases = amounts_of(book, frequency)
        self.parts: dict[str, list[Part]] = defaultdict(list)
        for part in book.parts[frequency]:
            self.parts[part.period].append(part)
        self.scopes = {scope.code: scope for scope in scopes(book)}
        self.pairs = sorted({(part.organisation, part.trajectory) for part in book.parts[frequency]})
        self._pages: dict[tuple[str, str], Page] = {}
        self._rows: dict[tuple[str, str, Place], dict[Key, Row]] = {}

    def page(self, period: str, scope: str) -> Page:
        """A scope in a period."""
        if (period, scope) not in self._pages:
            about = (self.book, self.frequency, period, self.scopes[scope], self.parts[period])
            self._pages[period, scope] = Page(*about, self.amounts, self.bases)
        return self._pages[period, scope]

    def rows(self, period: str, scope: str, place: Place) -> dict[Key, Row]:
        """The figures of a place, published or not, but for what is not registered."""
        if (period, scope, place) not in self._rows:
            found = [row for row in self.page(period, scope).rows_at(place) if row["status"] != "not_registered"]
            keyed = {_key(row): row for row in found}
            self._rows[period, scope, place] = keyed
            there = keyed.get(("organisations", None, None))
            asked = self.page(period, scope).asked_from("organisations")
            if there and asked is not None and quarters_of(period)[-1] < asked:
                there |= {"value": None, "status": "not_asked"}
        return self._rows[period, scope, place]

    def held(self, scope: str, period: str) -> list[int]:
        """Which quarters of the period (first, second, ...) anyone, nationwide, delivered one of them in."""
        return [
            number
            for number, quarter in enumerate(quarters_of(period))
            if any(self.book.delivered.anyone(one, quarter, "core") for one in self.scopes[scope].trajectories)
        ]


@dataclass
class Comparing:
    """A period beside the compared one."""

    sheet: Sheet
    comparison: str
    period: str
    compared_period: str
    _standing: dict[tuple[Pair, str], tuple[str | None, bool]] = field(default_factory=dict)
    _places: dict[tuple[str, str, str], set[int]] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        for scope in self.sheet.scopes:
            periods = (self.period, self.compared_period)
            places = {place for period in periods for place in self.sheet.page(period, scope).places()}
            for place in sorted(places, key=str):
                if place[1] is None or place[0] is None:
                    yield from self.compare(scope, place)

    def compare(self, scope: str, place: Place) -> Iterator[Row]:
        """One row per measure, and per category that both periods have."""
        now, then = (self.sheet.rows(period, scope, place) for period in (self.period, self.compared_period))
        reason = self.why_not(scope)
        here = [self.there(period, scope, place) for period in (self.period, self.compared_period)]
        for key in now.keys() & then.keys():
            row = self.row(now[key], then[key], reason)
            if row["unit"] != "percent" and key[0] != "organisations":
                row |= self.explained(key, here, place) if reason is None else {"pairs": 0}
                if row["value"] is None and row["compared_value"] is None:
                    row |= dict.fromkeys(CAUSES)
                if place[1] is not None:
                    row |= dict.fromkeys(BESIDE[:4])
            yield row

    def row(self, now: Row, then: Row, reason: str | None) -> Row:
        """Both sides, what lies between them, and that as a percentage of either."""
        value, compared = (_fraction(side["value"]) for side in (now, then))
        change = None if value is None or compared is None or reason else value - compared
        return {
            "change_key": f"{self.comparison}/{now['figure_key']}",
            "comparison": self.comparison,
            "compared_period": self.compared_period,
            **{name: now[name] for name in KEPT},
            **{name: now[name] for name in OF_BOTH},
            **{f"compared_{name}": then[name] for name in OF_BOTH},
            "change": _float(change),
            "change_points": _float(change) if now["unit"] == "percent" else None,
            "change_pct_of_previous": _percentage(change, compared),
            "change_pct_of_current": _percentage(change, value),
            **dict.fromkeys(BESIDE),
            "not_comparable_reason": reason,
        }

    def there(self, period: str, scope: str, place: Place) -> list[Part]:
        """The parts of a place."""
        region, organisation = place
        return [
            part
            for part in self.sheet.page(period, scope).parts
            if region in (None, part.region) and organisation in (None, part.organisation)
        ]

    # Whether the two periods may be compared

    def why_not(self, scope: str) -> str | None:
        """What is said of two periods that hold other quarters."""
        held = [self.sheet.held(scope, period) for period in (self.period, self.compared_period)]
        if held[0] and held[0] == held[1]:
            return None
        named = [
            ", ".join(quarters_of(period)[number][5:] for number in numbers) or "er geen"
            for period, numbers in zip((self.period, self.compared_period), held, strict=True)
        ]
        return f"niet dezelfde kwartalen: {self.period} heeft {named[0]}; {self.compared_period} heeft {named[1]}"

    # Of whom a measure is known

    def standing(self, pair: Pair, known_as: str) -> tuple[str | None, bool]:
        """In which of the two periods a pair knows it, and whether it is like for like."""
        if (pair, known_as) not in self._standing:
            once = "clients" if known_as == "clients_active" else known_as
            now, then = (bool(self.known_places([pair], once, one)) for one in (self.period, self.compared_period))
            presence = PRESENCES.get((now, then))
            self._standing[pair, known_as] = presence, now and then and self.alike(pair, known_as)
        return self._standing[pair, known_as]

    def alike(self, pair: Pair, known_as: str) -> bool:
        """Known in every quarter in which it is known of anyone, these being the same of both periods."""
        every_quarter = "clients_started" if self.counts_starts(known_as) else known_as
        places = []
        for period in (self.period, self.compared_period):
            key = (pair[1], every_quarter, period)
            if key not in self._places:
                nationwide = [one for one in self.sheet.pairs if one[1] == pair[1]]
                self._places[key] = self.known_places(nationwide, every_quarter, period)
            places.append(self._places[key])
        mine = [self.known_places([pair], every_quarter, one) for one in (self.period, self.compared_period)]
        return self.why_not(pair[1]) is None and places[0] == places[1] != set() and mine == places

    def counts_starts(self, known_as: str) -> bool:
        """The clients of a half-year or year are the stock and those who started."""
        return known_as == "clients_active" and self.sheet.frequency != "quarterly"

    def known_places(self, pairs: Sequence[Pair], known_as: str, period: str) -> set[int]:
        """In which quarters of the period one of the pairs knows it."""
        return {
            number
            for number, quarter in enumerate(quarters_of(period))
            if any(known_in_quarter(self.sheet.book, pair, known_as, quarter) for pair in pairs)
        }

    # What a change consists of

    def explained(self, key: Key, here: Sequence[Sequence[Part]], place: Place) -> Row:
        """Like for like, and where the change comes from."""
        known_as, of_part = self.counted(key)
        causes: dict[str, int | Fraction] = dict.fromkeys(CAUSES, 0)
        alike: set[Pair] = set()
        sums: list[int | Fraction] = [0, 0]
        for side, parts in enumerate(here):
            for part in parts:
                pair = (part.organisation, part.trajectory)
                presence, is_alike = self.standing(pair, known_as)
                value = of_part(part)
                if presence is not None:
                    causes[presence] += (value or 0) if side == 0 else -(value or 0)
                if is_alike and value is not None:
                    alike.add(pair)
                    sums[side] += value
        is_known = any(key[0] not in HEADLINES or one not in ("jobcoaching", "uwv_naar_werk") for _, one in alike)
        now, then = (_float(one) if is_known else None for one in sums)
        return {
            "pairs": len(alike),
            "like_for_like_value": now,
            "like_for_like_compared_value": then,
            "like_for_like_change": _float(sums[0] - sums[1]) if is_known else None,
            **{name: float(value) for name, value in causes.items()},
        }

    def counted(self, key: Key) -> tuple[str, Callable[[Part], Value]]:
        """What a figure is known by, and what a part adds to it."""
        measure, breakdown, category = key
        if breakdown is None or category is None:
            if measure in HEADLINES:
                registered = measure.removesuffix("_all_trajectories")
                return measure, lambda part: headline_part(part, registered)
            return measure, lambda part: part.measures[measure]
        named = measure.removeprefix("client_quarters_")
        dictionary = {name: one for one, name in NAMED.items()}.get(named, named)
        amounts: Mapping[PartKey, Amounts] = self.sheet.amounts
        is_estimate = measure == "clients_active" and self.sheet.frequency != "quarterly"

        def of_part(part: Part) -> Value:
            found = amounts[part.organisation, part.region, part.trajectory, part.period]
            known = any(kind[:2] == (dictionary, breakdown) for kind in found)
            return found.get((dictionary, breakdown, category), 0) if known else None

        return ("clients_active" if is_estimate else dictionary), of_part


def _key(row: Row) -> Key:
    return row["measure"], row["breakdown"], row["category"]  # type: ignore[return-value]


def _fraction(value: object) -> Value:
    return None if value is None else Fraction(value)  # type: ignore[arg-type]


def _float(value: Value) -> float | None:
    return None if value is None else float(value)


def _percentage(change: Value, base: Value) -> float | None:
    return None if change is None or not base else float(Fraction(100) * change / base)
