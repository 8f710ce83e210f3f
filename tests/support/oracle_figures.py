"""The mart ``figures``, the naive way: every number that a report can print, one row each, with what it rests on.

Where the text leaves a choice, this is the choice made:

* **A row** is there wherever a wide mart would publish the scope's own row at the place; of an organisation's half-year
  or year where it would publish one of the quarters. What no trajectory of the scope registers has a row in the nation
  only; the share of all trajectories is a share, and none is given of an organisation.
* **A part** is a point of the grid, of the trajectories of the scope that register the measure in any quarter.
* **A percentage of a category**, of all clients in the category, is the nation's alone, as the documents print it.
* **Clients of no funding** (category ``unknown`` of the estimate) have a row where there are any.
* **Types**: all numbers are ``float``, ``parts`` and ``parts_known`` are ``int``.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from tests.support.oracle import (
    HEADLINES,
    PERCENTAGES,
    PERIOD_COLUMNS,
    QUARTERLY_COLUMNS,
    REFERENCE,
    UNPAID,
    Book,
    Part,
    Row,
    Value,
    headline_part,
    period_start,
    quarters_of,
    total,
    within,
    zero_if_unknown,
)
from tests.support.oracle_breakdowns import Amounts, Kind, PartKey, amounts_of
from tests.support.oracle_known import PERIOD_TYPES, REGISTERED_AS, known_in_quarter

ALL = "all"

FURTHER = {
    "pct_ended_without_result": ("ended_without_result", "clients_ended"),
    "pct_ended_of_active": ("clients_ended", "clients_active"),
    "pct_in_education": ("in_education", "clients_active"),
}
FURTHER_QUARTERLY = {
    **{f"pct_{name}": (name, "clients_active") for name in UNPAID},
    "pct_started_paid_work": ("started_paid_work", "clients_active - paid_work"),
    "pct_stopped_paid_work": ("stopped_paid_work", "paid_work"),
}
OVERLAPPING = ("status", "activity")
NAMED = {"clients": "clients_active", "ended": "clients_ended"}
OF_CLIENTS = ("paid_work", "durable_paid_work")

Place = tuple[str | None, str | None]
"""Region and organisation, None for all of them."""


@dataclass(frozen=True)
class Found:
    """A figure: its value, of a percentage its numerator and denominator and what that is, and how it comes about."""

    value: Value
    numerator: Value = None
    denominator: Value = None
    denominator_measure: str | None = None
    unit: str = "count"
    aggregation: str = "share"
    is_estimate: bool = False


@dataclass(frozen=True)
class Scope:
    """Trajectories that are counted together."""

    code: str
    name: str
    trajectories: tuple[str, ...]
    is_total: bool


def scopes(book: Book) -> list[Scope]:
    """Each trajectory, and those that the documents print together."""
    with (REFERENCE.parent / "reports" / "scopes.csv").open(encoding="utf-8") as file:
        together = [
            Scope(row["scope"], row["name_nl"], tuple(row["trajectories"].split()), True)
            for row in csv.DictReader(file)
        ]
    return together + [Scope(code, name, (code,), False) for code, name in book.reference.trajectory_names.items()]


def figures(book: Book, _published: object = None) -> list[Row]:
    """The rows of the mart."""
    rows: list[Row] = []
    for frequency in PERIOD_TYPES:
        amounts, bases = amounts_of(book, frequency)
        by_period: dict[str, list[Part]] = defaultdict(list)
        for part in book.parts[frequency]:
            by_period[part.period].append(part)
        for period, parts in sorted(by_period.items()):
            for scope in scopes(book):
                rows += Page(book, frequency, period, scope, parts, amounts, bases).rows()
    return rows


@dataclass
class Page:
    """One scope in one period."""

    book: Book
    frequency: str
    period: str
    scope: Scope
    everything: Sequence[Part]
    amounts: Mapping[PartKey, Amounts]
    bases: Mapping[PartKey, Amounts]

    @property
    def is_quarter(self) -> bool:
        return self.frequency == "quarterly"

    @cached_property
    def parts(self) -> list[Part]:
        return [part for part in self.everything if part.trajectory in self.scope.trajectories]

    @cached_property
    def quarters(self) -> list[Part]:
        """The parts of the period's quarters."""
        wanted = quarters_of(self.period)
        everywhere = self.book.parts["quarterly"]
        return [part for part in everywhere if part.period in wanted and part.trajectory in self.scope.trajectories]

    def rows(self) -> Iterator[Row]:
        for place in self.places():
            yield from self.rows_at(place)

    def rows_at(self, place: Place) -> Iterator[Row]:
        """The rows of a place, as they are or would be if it were published."""
        region, organisation = place
        about = self.about(region, organisation)
        here = [part for part in self.parts if _is_there(part, region, organisation)]
        quarters = [part for part in self.quarters if _is_there(part, region, organisation)]
        everyone = [part for part in self.everything if _is_there(part, region, organisation)]
        rested: dict[str, Row] = {}
        for measure, known_as, found in self.measures(here, everyone, region, organisation):
            asked_from = self.asked_from(measure)
            if (region, organisation) == (None, None) or asked_from is not None:
                rested[known_as] = rested.get(known_as) or self.rests_on(quarters, known_as)
                told = _told(about, (measure, None, None), found)
                yield told | {"status": self.status(found, asked_from), **rested[known_as]}
        if organisation is None:
            for measure, kind, known_as, found in self.categories(here, region):
                rested[known_as] = rested.get(known_as) or self.rests_on(quarters, known_as)
                told = _told(about, (measure, kind[1], kind[2]), found)
                yield told | {"status": self.status(found, ""), **rested[known_as]}

    # Where there are rows

    def places(self) -> list[Place]:
        found: set[Place] = {(region, None) for region in [None, *{part.region for part in self.parts}]}
        found = {place for place in found if self.is_worth_a_row(place, self.parts, self.period)}
        if not self.scope.is_total or self.scope.code == ALL:
            for quarter in quarters_of(self.period):
                parts = [part for part in self.quarters if part.period == quarter]
                theirs = {(r, part.organisation) for part in parts for r in (None, part.region)}
                found |= {place for place in theirs if self.is_worth_a_row(place, parts, quarter)}
        return sorted(found, key=str)

    def is_worth_a_row(self, place: Place, parts: Sequence[Part], period: str) -> bool:
        here = [part for part in parts if _is_there(part, *place)]
        where = _where(*place)
        if any(self.book.organisations(where | {"trajectory": one}, period) for one in self.scope.trajectories):
            return True
        return any(total(part.measures[name] for part in here) for name in (here[0].measures if here else ()))

    def about(self, region: str | None, organisation: str | None) -> Row:
        reference = self.book.reference
        listed = reference.organisations.get(organisation or "")
        level = "organisation" if organisation else "region" if region else "national"
        return {
            "period": self.period,
            "period_type": PERIOD_TYPES[self.frequency],
            "period_start": period_start(self.period),
            "level": level,
            "region_code": region,
            "region_name": reference.region_names[region] if region else None,
            "organisation_id": organisation,
            "organisation_name": listed.name if listed else None,
            "trajectory": self.scope.code,
            "trajectory_name": self.scope.name,
            "is_total": self.scope.is_total,
            "period_status": self.status_of(organisation),
        }

    def status_of(self, organisation: str | None) -> str:
        expectations = self.book.expectations
        if organisation is None:
            return expectations.status(self.scope.trajectories, self.period)
        for quarter in quarters_of(self.period):
            deadline = self.book.reference.deadlines.get(quarter)
            if deadline is not None and expectations.today <= deadline:
                return "provisional"
            for one in self.scope.trajectories:
                delivered = self.book.delivered.trajectory(organisation, one, quarter)
                if expectations.expected(organisation, one, quarter) and not delivered:
                    return "provisional"
        return "complete"

    # Measures and percentages

    def measures(
        self, here: Sequence[Part], everyone: Sequence[Part], region: str | None, organisation: str | None
    ) -> Iterator[tuple[str, str, Found]]:
        """Measure, of whom it is known by, and its value, numerator, denominator and what that is."""
        columns = QUARTERLY_COLUMNS if self.is_quarter else PERIOD_COLUMNS
        shares = {**{name: PERCENTAGES[name] for name in columns if name in PERCENTAGES}, **FURTHER}
        if self.is_quarter:
            shares |= FURTHER_QUARTERLY
        if organisation is None:
            there = {
                one
                for quarter in quarters_of(self.period)
                for one, place, trajectory in self.book.delivered.with_cells.get(quarter, ())
                if trajectory in self.scope.trajectories and region in (None, place)
            }
            yield "organisations", "organisations", Found(len(there), aggregation="distinct")
        for name in columns:
            if name not in PERCENTAGES:
                value = total(part.measures[name] for part in here)
                is_estimate = not self.is_quarter and name == "durable_paid_work"
                yield name, name, Found(value, aggregation=self.aggregation(name), is_estimate=is_estimate)
        for name, (numerator, denominator) in shares.items():
            known = [part for part in here if part.measures[numerator] is not None]
            above = total(part.measures[numerator] for part in known)
            below = total(_denominator(part, denominator) for part in known)
            is_estimate = not self.is_quarter and numerator == "durable_paid_work"
            found = Found(_percentage(above, below), above, below, denominator, "percent", is_estimate=is_estimate)
            yield name, numerator, found
        if organisation is None:
            above, below = (total(part.measures["clients_active"] for part in parts) for parts in (here, everyone))
            found = Found(_percentage(above, below), above, below, "clients_active", "percent")
            yield "pct_of_all_trajectories", "clients_active", found
        if self.is_quarter and self.scope.code == ALL:
            yield from self.headlines(here)

    @staticmethod
    def headlines(here: Sequence[Part]) -> Iterator[tuple[str, str, Found]]:
        for name in HEADLINES:
            registered = name.removesuffix("_all_trajectories")
            counted = [part for part in here if headline_part(part, registered) is not None]
            beside = [part for part in here if part.trajectory == "uwv_werkfit"]
            is_known = any(part.measures[registered] is not None for part in here)
            value = total(headline_part(part, registered) for part in counted) if is_known else None
            below = total(part.measures["clients_active"] for part in [*counted, *beside])
            yield name, name, Found(value, aggregation="stock")
            yield f"pct_{name}", name, Found(_percentage(value, below), value, below, "clients_active", "percent")

    def aggregation(self, measure: str) -> str:
        """Stock or flow; of a half-year or year what became of a stock."""
        if measure in UNPAID:
            return "stock" if self.is_quarter else "mean"
        if measure in ("clients_active", "paid_work", "durable_paid_work", "in_education", "ever_paid_work"):
            return "stock" if self.is_quarter else "stock-flow estimate"
        return "flow"

    # Categories

    def categories(self, here: Sequence[Part], region: str | None) -> Iterator[tuple[str, Kind, str, Found]]:
        """Measure, category, of whom it is known by, and its value, numerator, denominator and what that is."""
        keys = [(part.organisation, part.region, part.trajectory, part.period) for part in here]
        kinds = self.asked() | {kind for key in keys for kind in self.amounts[key] if _is_of_nobody(kind)}
        for kind in sorted(kinds):
            measure, breakdown, _category = kind
            counts = {one: self.count(keys, one) for one in kinds if one[:2] == (measure, breakdown)}
            shared = {one: count for one, count in counts.items() if _has_share(one)}
            value, named = counts[kind], NAMED.get(measure, measure)
            is_estimate = not self.is_quarter and (measure, breakdown) == ("clients", "funding")
            counted_as = f"client_quarters_{named}" if self.counts_client_quarters(kind) else named
            known_as = "clients_active" if is_estimate else measure
            yield counted_as, kind, known_as, self.counted(kind, value, is_estimate)
            if _has_share(kind):
                below = total(shared.values())
                share = Found(_percentage(value, below), value, below, counted_as, "percent", is_estimate=is_estimate)
                yield f"share_of_{named}", kind, known_as, share
            if measure in OF_CLIENTS and region is None:
                bases = [self.bases[key][kind] for key in keys if kind in self.bases[key]]
                base = total(bases)
                of = "clients_active" if self.is_quarter else "client_quarters_clients_active"
                yield f"pct_{named}", kind, known_as, Found(_percentage(value, base), value, base, of, "percent")

    def counted(self, kind: Kind, value: Value, is_estimate: bool) -> Found:
        unit = "client_quarters" if self.counts_client_quarters(kind) else "count"
        aggregation = "stock" if _is_stock(kind) else "flow"
        if kind[0] == "unpaid_work":
            aggregation = "stock" if self.is_quarter else "mean"
        aggregation = "stock-flow estimate" if is_estimate else aggregation
        return Found(value, unit=unit, aggregation=aggregation, is_estimate=is_estimate)

    def count(self, keys: Iterable[PartKey], kind: Kind) -> Value:
        """Over the parts that know the breakdown, a category that one lacks counting 0."""
        knowing = [key for key in keys if any(one[:2] == kind[:2] for one in self.amounts[key])]
        return total(self.amounts[key].get(kind, 0) for key in knowing)

    def asked(self) -> set[Kind]:
        """The categories that are valid in a quarter of the period."""
        return {
            (row.measure, row.breakdown, row.category)
            for quarter in quarters_of(self.period)
            if quarter in self.book.reference.deadlines
            for trajectory in self.scope.trajectories
            for row in self.book.reference.valid_rows(trajectory, quarter)
            if row.breakdown != "total"
        }

    def counts_client_quarters(self, kind: Kind) -> bool:
        return not self.is_quarter and _is_stock(kind) and kind[:2] != ("clients", "funding")

    # What a figure rests on, and why there is none

    def rests_on(self, quarters: Sequence[Part], known_as: str) -> Row:
        """Parts, parts whose measure is known, and the clients of these as a percentage of all."""
        of_it = [part for part in quarters if self.registers(part.trajectory, known_as)]
        known = [part for part in of_it if self.is_known(part, known_as)]
        clients, everyone = (total(part.measures["clients_active"] for part in some) for some in (known, of_it))
        known_pct = _float(_percentage(zero_if_unknown(clients), everyone))
        return {"parts": len(of_it), "parts_known": len(known), "known_pct": known_pct}

    def status(self, found: Found, asked_from: str | None) -> str:
        """Known, or why there is no value."""
        if found.value is not None:
            return "known"
        if asked_from is None:
            return "not_registered"
        if not within(quarters_of(self.period)[-1], asked_from, ""):
            return "not_asked"
        return "unknown" if found.numerator is None else "no_base"

    def registers(self, trajectory: str, measure: str) -> bool:
        if measure in HEADLINES and trajectory in ("jobcoaching", "uwv_naar_werk"):
            return True
        return measure == "organisations" or self.first_asked(trajectory, _in_dictionary(measure)) is not None

    def is_known(self, part: Part, measure: str) -> bool:
        if measure == "organisations":
            return True
        if measure == "clients_active" and not self.is_quarter:
            measure = "clients_started"
        return known_in_quarter(self.book, (part.organisation, part.trajectory), measure, part.period)

    def first_asked(self, trajectory: str, dictionary_measure: str) -> str | None:
        reference = self.book.reference
        found = [
            max(row.valid_from, reference.registered_from[trajectory])
            for row in reference.dictionary
            if row.trajectory == trajectory and row.measure == dictionary_measure
        ]
        return min(found, default=None)

    def asked_from(self, measure: str) -> str | None:
        """From when one of the trajectories is asked for it, or None where none ever is."""
        if measure == "organisations":
            return min(self.book.reference.registered_from[one] for one in self.scope.trajectories)
        numerator = (PERCENTAGES | FURTHER | FURTHER_QUARTERLY).get(measure, (measure.removeprefix("pct_"),))[0]
        numerator = "clients_active" if measure == "pct_of_all_trajectories" else numerator
        wanted = _in_dictionary(numerator.removesuffix("_all_trajectories"))
        found = [self.first_asked(one, wanted) for one in self.scope.trajectories]
        return min((one for one in found if one is not None), default=None)


def _told(about: Row, key: tuple[str, str | None, str | None], found: Found) -> Row:
    measure, breakdown, category = key
    row = about | {"measure": measure, "breakdown": breakdown, "category": category}
    parts = ("period", "level", "region_code", "organisation_id", "trajectory", "measure", "breakdown", "category")
    return row | {
        "figure_key": "/".join(str(row[part] or "-") for part in parts),
        "value": _float(found.value),
        "numerator": _float(found.numerator),
        "denominator": _float(found.denominator),
        "denominator_measure": found.denominator_measure,
        "unit": found.unit,
        "aggregation": found.aggregation,
        "is_estimate": found.is_estimate,
    }


def _is_there(part: Part, region: str | None, organisation: str | None) -> bool:
    return region in (None, part.region) and organisation in (None, part.organisation)


def _where(region: str | None, organisation: str | None) -> dict[str, str]:
    return {name: code for name, code in (("region", region), ("organisation", organisation)) if code is not None}


def _denominator(part: Part, name: str) -> Value:
    if name == "clients_active - paid_work":
        clients, working = part.measures["clients_active"], part.measures["paid_work"]
        return None if clients is None or working is None else clients - working
    return part.measures[name]


def _percentage(above: Value, below: Value) -> Value:
    return None if above is None or not below else Fraction(100) * Fraction(above) / Fraction(below)


def _in_dictionary(measure: str) -> str:
    if measure in ("clients_started", "clients_lost", "clients_left_uncounted"):
        return "clients"
    return REGISTERED_AS.get(measure, measure.removesuffix("_all_trajectories"))


def _is_stock(kind: Kind) -> bool:
    measure, breakdown, category = kind
    return measure not in ("ended", "unpaid_work") and category not in ("started", "stopped") and breakdown != "total"


def _has_share(kind: Kind) -> bool:
    return kind[1] not in OVERLAPPING and kind[2] != "orientation" and not _is_of_nobody(kind)


def _is_of_nobody(kind: Kind) -> bool:
    """The estimate's clients of no funding."""
    return kind == ("clients", "funding", "unknown")


def _float(value: Value) -> float | None:
    return None if value is None else float(value)
