"""A deliberately naive second implementation of the method, to hold the SQL against.

It transcribes the written method and § 5 of the contract word for word: dictionaries, ``int`` and
``Fraction`` (so nothing is rounded before a row is written), no SQL and nothing clever. It reads the
reference lists and nothing else; reading deliveries from files, judging them and closing years do not
belong here, so ``year_status`` is left out (it is always ``open`` here). What the reports are written from
(breakdowns, changes, regions, sensitivity) stands in modules of its own, upon this ``Book``.

Where the text leaves a choice, this is the choice made:

* **O_b and U_b in a period**: unknown when O_b itself is unknown (no *last*); else O_b when the group was
  delivered in the quarter right before *b*; else 0.
* **A sum over parts** is unknown when every part is, else the sum of the known parts; no parts at all is
  unknown.
* **Percentages** are taken over the parts (organisation × region × trajectory × period) whose numerator is
  known.
* **expected_organisations** of a quarter: active in it, delivered the trajectory in it or in one of the
  four quarters before, and the delivery in force for it does not declare the trajectory ``not_offered`` (a
  declaration counts for its own quarter only). Of a half-year or year: expected in at least one of its
  quarters, those still to come included. An organisation that is not on the list is not active. National:
  distinct over trajectories.
* **A withdrawn delivery** counts as not delivered: still expected, so missing.
* **period_status** is provisional up to and including the day of the latest deadline of the period's
  quarters, and while any quarter of it misses an expected delivery. A quarter the list does not hold has no
  deadline to wait for.
* **Validity**: a measure is known in a quarter when at least one of its dictionary rows for the trajectory,
  whatever the breakdown, is valid in it (and the trajectory registered); its other cells then count as 0.
* **The grid** takes every region the pair ever delivered cells of, whatever the group and however much
  later.
* **paid_work_all_trajectories** = registered paid work + all jobcoaching clients + uwv_naar_werk ended with
  result; the last two are 0 when nobody delivered them; unknown where registered paid work is; likewise ever
  in paid work. Its percentage is of those clients and all of uwv_werkfit, who withheld the work left out.
* **Unpaid work of a half-year or year** is divided by the number of its quarters in which anyone,
  nationwide, delivered the trajectory's group ``unpaid_work``; that count may hold quarters in which this
  organisation did not.
* **Not published**: a row with ``organisations`` 0 and every other count 0 or unknown. In
  ``organisation_quarterly``: a row without a cell in that quarter and with every count 0 or unknown.
* **Types**: ``durable_paid_work`` and the unpaid-work means of a half-year or year are estimates, so
  floats, as are all percentages; everything else is ``int``.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[2] / "seeds" / "reference"

CellKey = tuple[str, str, str, str, str]
"""region, trajectory, measure, breakdown, category."""

Value = int | Fraction | None
"""A number, or None where it is unknown."""

Measures = dict[str, Value]
Row = dict[str, object]


# What goes in ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivery:
    """One organisation's delivery in force for one quarter."""

    organisation_id: str
    quarter: str
    cells: dict[CellKey, int] = field(default_factory=dict)
    declarations: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def withdrawn(self) -> bool:
        """Whether the organisation took the quarter back."""
        return any(category == "withdrawn" for category, _ in self.declarations)

    def not_offered(self, trajectory: str) -> bool:
        """Whether the organisation declared that it does not run the trajectory this quarter."""
        return ("not_offered", trajectory) in self.declarations


@dataclass(frozen=True)
class DictionaryRow:
    """One kind of cell; ``valid_from`` and ``valid_to`` are quarters, empty for unbounded."""

    trajectory: str
    group: str
    measure: str
    breakdown: str
    category: str
    optional: bool
    valid_from: str
    valid_to: str


@dataclass(frozen=True)
class Organisation:
    """One line of organisations.csv; the quarters it is active between, empty for unbounded."""

    organisation_id: str
    name: str
    active_from: str = ""
    active_to: str = ""
    taken_over_by: str = ""


@dataclass(frozen=True)
class Reference:
    """The reference lists, in the shape the method needs them."""

    dictionary: list[DictionaryRow]
    trajectory_names: dict[str, str]
    registered_from: dict[str, str]
    region_names: dict[str, str]
    deadlines: dict[str, date]
    organisations: dict[str, Organisation]

    def valid_rows(self, trajectory: str, quarter: str) -> list[DictionaryRow]:
        """The kinds of cell that may be delivered for the trajectory in the quarter."""
        return [
            row
            for row in self.dictionary
            if row.trajectory == trajectory
            and within(quarter, row.valid_from, row.valid_to)
            and within(quarter, self.registered_from[trajectory], "")
        ]


def load_reference(folder: Path = REFERENCE, organisations: Iterable[Organisation] | None = None) -> Reference:
    """Read the reference lists of a folder; ``organisations`` replaces that list when given."""
    trajectories = _read(folder / "trajectories.csv")
    if organisations is None:
        organisations = [
            Organisation(
                row["organisation_id"], row["name"], row["active_from"], row["active_to"], row["taken_over_by"]
            )
            for row in _read(folder / "organisations.csv")
        ]
    return Reference(
        dictionary=[_dictionary_row(row) for row in _read(folder / "data_dictionary.csv")],
        trajectory_names={row["trajectory"]: row["name_nl"] for row in trajectories},
        registered_from={row["trajectory"]: row["registered_from"] for row in trajectories},
        region_names={row["region_code"]: row["region_name"] for row in _read(folder / "regions.csv")},
        deadlines={row["quarter"]: date.fromisoformat(row["deadline"]) for row in _read(folder / "quarters.csv")},
        organisations={organisation.organisation_id: organisation for organisation in organisations},
    )


def _dictionary_row(row: Mapping[str, str]) -> DictionaryRow:
    return DictionaryRow(
        trajectory=row["trajectory"],
        group=row["measure_group"],
        measure=row["measure"],
        breakdown=row["breakdown"],
        category=row["category"],
        optional=row["optional"] == "yes",
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# Quarters and periods ----------------------------------------------------------------------------------


@cache
def quarter_before(quarter: str, back: int = 1) -> str:
    """The quarter that lies ``back`` quarters earlier; quarters written this way also sort by time."""
    year, number = int(quarter[:4]), int(quarter[6])
    for _ in range(back):
        number -= 1
        if number == 0:
            year, number = year - 1, 4
    return f"{year}-Q{number}"


def within(quarter: str, first: str, last: str) -> bool:
    """Whether the quarter lies between the two, both included, empty being unbounded."""
    return (first == "" or first <= quarter) and (last == "" or quarter <= last)


def quarters_of(period: str) -> list[str]:
    """The calendar quarters of a quarter, a half-year or a year."""
    year = period[:4]
    if "Q" in period:
        return [period]
    if "H" in period:
        return [f"{year}-Q1", f"{year}-Q2"] if period.endswith("H1") else [f"{year}-Q3", f"{year}-Q4"]
    return [f"{year}-Q{number}" for number in (1, 2, 3, 4)]


def half_year_of(quarter: str) -> str:
    """The half-year a quarter lies in."""
    return f"{quarter[:4]}-H1" if quarter[6] in "12" else f"{quarter[:4]}-H2"


def year_of(quarter: str) -> str:
    """The year a quarter lies in."""
    return quarter[:4]


def period_start(period: str) -> date:
    """The first day of a period."""
    first = quarters_of(period)[0]
    return date(int(first[:4]), 3 * int(first[6]) - 2, 1)


# Unknowns ----------------------------------------------------------------------------------------------


def total(values: Iterable[Value]) -> Value:
    """The sum of the known values; unknown when every one of them is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def zero_if_unknown(value: Value) -> int | Fraction:
    """The value, an unknown counting as 0."""
    return 0 if value is None else value


def plus(left: Value, right: Value) -> Value:
    """Left plus right; unknown when either is."""
    return None if left is None or right is None else left + right


def minus(left: Value, right: Value) -> Value:
    """Left minus right; unknown when either is."""
    return None if left is None or right is None else left - right


def times(left: Value, right: Value) -> Value:
    """Left times right; unknown when either is."""
    return None if left is None or right is None else left * right


def at_least_zero(value: Value) -> Value:
    """The value, 0 when it is negative, unknown when it is unknown."""
    return None if value is None else max(0, value)


# What was delivered ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One point of the grid: organisation × region × trajectory × quarter."""

    organisation: str
    region: str
    trajectory: str
    quarter: str

    def back(self, quarters: int) -> "Place":
        """The same organisation, region and trajectory some quarters earlier."""
        return self.at(quarter_before(self.quarter, quarters))

    def at(self, quarter: str) -> "Place":
        """The same organisation, region and trajectory in another quarter."""
        return Place(self.organisation, self.region, self.trajectory, quarter)


class Delivered:
    """The deliveries in force, and the questions the method asks of them."""

    def __init__(self, deliveries: Sequence[Delivery], reference: Reference) -> None:
        self.reference = reference
        self.in_force: dict[tuple[str, str], Delivery] = {}
        self._group_in_which: dict[tuple[str, str, str], str | None] = {}
        for delivery in deliveries:
            key = (delivery.organisation_id, delivery.quarter)
            if key in self.in_force:
                raise ValueError(f"two deliveries in force for {key}")
            self.in_force[key] = delivery
        group_of = {(r.trajectory, r.measure, r.breakdown, r.category): r.group for r in reference.dictionary}
        self.groups: set[tuple[str, str, str, str]] = set()
        self.nationwide: set[tuple[str, str, str]] = set()
        self.with_cells: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        self.cells: dict[tuple[Place, str, str], dict[str, int]] = defaultdict(dict)
        self.regions: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (organisation, quarter), delivery in self.in_force.items():
            if delivery.withdrawn:
                continue
            for (region, trajectory, measure, breakdown, category), clients in delivery.cells.items():
                group = group_of[trajectory, measure, breakdown, category]
                self.groups.add((organisation, trajectory, quarter, group))
                self.nationwide.add((trajectory, quarter, group))
                self.with_cells[quarter].add((organisation, region, trajectory))
                self.regions[organisation, trajectory].add(region)
                place = Place(organisation, region, trajectory, quarter)
                self.cells[place, measure, breakdown][category] = clients
                successor = self._successor(organisation, quarter)
                if successor:
                    self.regions[successor, trajectory].add(region)

    def _successor(self, organisation: str, quarter: str) -> str:
        """Who takes the organisation over at the end of this quarter, if anyone does."""
        listed = self.reference.organisations.get(organisation)
        return listed.taken_over_by if listed and listed.active_to == quarter else ""

    def taken_over(self, place: Place, first: str) -> list[Place]:
        """The last quarters of whom the place's organisation took over, from ``first`` on and before the place's."""
        return [
            Place(listed.organisation_id, place.region, place.trajectory, listed.active_to)
            for listed in self.reference.organisations.values()
            if listed.taken_over_by == place.organisation and first <= listed.active_to < place.quarter
        ]

    def group(self, organisation: str, trajectory: str, quarter: str, group: str) -> bool:
        """Whether the organisation delivered the group of the trajectory in the quarter."""
        return (organisation, trajectory, quarter, group) in self.groups

    def trajectory(self, organisation: str, trajectory: str, quarter: str) -> bool:
        """Whether the organisation delivered the trajectory in the quarter."""
        return self.group(organisation, trajectory, quarter, "core")

    def anyone(self, trajectory: str, quarter: str, group: str) -> bool:
        """Whether anyone, nationwide, delivered the group of the trajectory in the quarter."""
        return (trajectory, quarter, group) in self.nationwide

    def trajectories_delivered(self) -> list[tuple[str, str, str]]:
        """Every organisation × trajectory × quarter delivered."""
        return sorted((o, t, q) for o, t, q, g in self.groups if g == "core")

    def count(self, place: Place, measure: str, breakdown: str, categories: Sequence[str] = ()) -> Value:
        """The sum of a measure's cells over some categories (all when none are named), or unknown."""
        group = self.group_in_which(measure, place.trajectory, place.quarter)
        if group is None or not self.group(place.organisation, place.trajectory, place.quarter, group):
            return None
        cells = self.cells.get((place, measure, breakdown), {})
        return sum(clients for category, clients in cells.items() if not categories or category in categories)

    def group_in_which(self, measure: str, trajectory: str, quarter: str) -> str | None:
        """The group that holds the measure; None when no cell of it is valid for the trajectory then."""
        key = (measure, trajectory, quarter)
        if key not in self._group_in_which:
            valid = self.reference.valid_rows(trajectory, quarter)
            holding = [row.group for row in valid if row.measure == measure]
            self._group_in_which[key] = holding[0] if holding else None
        return self._group_in_which[key]


# Quarterly measures ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stock:
    """A stock, what flows in and out of it, and the group it is delivered in."""

    name: str
    group: str
    inflow: str
    outflow: str


CLIENTS = Stock("clients_active", "core", "clients_started", "clients_ended")
PAID_WORK = Stock("paid_work", "work", "started_paid_work", "stopped_paid_work")
DURABLE = Stock("durable_paid_work", "work", "started_durable", "stopped_durable")
EDUCATION = Stock("in_education", "education", "started_education", "stopped_education")
STOCKS = (CLIENTS, PAID_WORK, DURABLE, EDUCATION)

UWV_TRAJECTORIES = ("uwv_werkfit", "uwv_naar_werk")
UNPAID = {
    "unpaid_day_activity": "day_activity",
    "unpaid_volunteer_or_work_experience": "volunteer_or_work_experience",
    "unpaid_trial_placement": "trial_placement",
}
FLOWS = (
    "clients_started",
    "clients_ended",
    "ended_with_result",
    "ended_without_result",
    "started_paid_work",
    "stopped_paid_work",
    "started_education",
    "stopped_education",
)


class Quarterly:
    """The quarterly measures at organisation × region × trajectory."""

    def __init__(self, delivered: Delivered) -> None:
        self.delivered = delivered
        self._kept: dict[Place, Measures] = {}

    def measures(self, place: Place) -> Measures:
        """Everything of one quarter that needs no administrative difference."""
        if place not in self._kept:
            counted = {**self._clients(place), **self._work(place), **self._education_and_unpaid(place)}
            counted["clients_started"] = self._started(place, counted)
            self._kept[place] = counted
        return self._kept[place]

    def published(self, place: Place) -> Measures:
        """The measures of one quarter with clients lost and left uncounted."""
        difference = self.difference(place, CLIENTS)
        return {
            **self.measures(place),
            "clients_lost": at_least_zero(difference),
            "clients_left_uncounted": at_least_zero(minus(0, difference)),
        }

    def _clients(self, place: Place) -> Measures:
        count = self.delivered.count
        if place.trajectory in UWV_TRAJECTORIES:
            ended = count(place, "ended", "result")
            with_result = count(place, "ended", "result", ["with_result"])
        else:
            ended = count(place, "ended", "work")
            with_result = count(place, "ended", "work", ["paid_work_at_end", "paid_work_before_end"])
        return {
            "clients_active": count(place, "clients", "funding"),
            "clients_ended": ended,
            "ended_with_result": with_result,
            "ended_without_result": minus(ended, with_result),
        }

    def _work(self, place: Place) -> Measures:
        count = self.delivered.count
        paid = count(place, "paid_work", "funding")
        durable = count(place, "durable_paid_work", "funding")
        started = count(place, "started_paid_work", "total")
        stopped = count(place, "stopped_paid_work", "total")
        proportion = self._proportion(durable, paid)
        return {
            "paid_work": paid,
            "durable_paid_work": durable,
            "ever_paid_work": count(place, "ever_paid_work", "funding"),
            "started_paid_work": started,
            "stopped_paid_work": stopped,
            "started_durable": times(proportion, started),
            "stopped_durable": times(proportion, stopped),
        }

    @staticmethod
    def _proportion(durable: Value, paid: Value) -> Value:
        """D / W; where W = 0 there is none and everything it multiplies counts as 0."""
        if durable is None or paid is None:
            return None
        return Fraction(0) if paid == 0 else Fraction(durable) / paid

    def _education_and_unpaid(self, place: Place) -> Measures:
        count = self.delivered.count
        found = {
            "in_education": count(place, "education", "status", ["following"]),
            "started_education": count(place, "education", "status", ["started"]),
            "stopped_education": count(place, "education", "status", ["stopped"]),
        }
        for name, category in UNPAID.items():
            found[name] = count(place, "unpaid_work", "activity", [category])
        return found

    def _started(self, place: Place, counted: Measures) -> Value:
        """S = max(0, A − (B − C)), unknown when the preceding quarter was not delivered."""
        previous = place.back(1)
        if not self.delivered.trajectory(previous.organisation, previous.trajectory, previous.quarter):
            return None
        before = self.count_with_taken_over(place, previous, CLIENTS)
        stayed = minus(before, counted["clients_ended"])
        return at_least_zero(minus(counted["clients_active"], stayed))

    def count_with_taken_over(self, place: Place, last: Place, stock: Stock) -> Value:
        """The stock of an earlier quarter, with that of whom was taken over since."""
        own = self._stock(last, stock)
        taken_over = [self._stock(other, stock) for other in self.delivered.taken_over(place, last.quarter)]
        return plus(own, zero_if_unknown(total(taken_over)))

    def _stock(self, place: Place, stock: Stock) -> Value:
        counted = {**self._clients(place), **self._work(place), **self._education_and_unpaid(place)}
        return counted[stock.name]

    def last(self, place: Place, group: str) -> Place | None:
        """The most recent earlier quarter, at most four back, in which the group was delivered."""
        for back in (1, 2, 3, 4):
            earlier = place.back(back)
            if self.delivered.group(earlier.organisation, earlier.trajectory, earlier.quarter, group):
                return earlier
        return None

    def difference(self, place: Place, stock: Stock) -> Value:
        """(stock − stock_last) − (in − out): the administrative difference, unknown without a *last*."""
        last = self.last(place, stock.group)
        if last is None:
            return None
        now = self.measures(place)
        inflow = now[stock.inflow]
        if stock is CLIENTS:
            inflow = zero_if_unknown(inflow)
        grown = minus(now[stock.name], self.count_with_taken_over(place, last, stock))
        return minus(grown, minus(inflow, now[stock.outflow]))


# Half-year and year ------------------------------------------------------------------------------------


class Rollup:
    """The half-yearly and yearly measures at organisation × region × trajectory."""

    def __init__(self, quarterly: Quarterly) -> None:
        self.quarterly = quarterly
        self.delivered = quarterly.delivered

    def measures(self, organisation: str, region: str, trajectory: str, period: str) -> Measures:
        """Everything of one half-year or year, for a trajectory delivered in at least one of its quarters."""
        places = [Place(organisation, region, trajectory, quarter) for quarter in quarters_of(period)]
        core = self.where_delivered(places, "core")
        found = {name: total(self.quarterly.measures(place)[name] for place in core) for name in FLOWS}
        for stock in STOCKS:
            found[stock.name] = self._stock_flow(places, stock)
        differences = self.differences(core, CLIENTS)
        found["clients_lost"] = total(at_least_zero(value) for value in differences)
        found["clients_left_uncounted"] = total(at_least_zero(minus(0, value)) for value in differences)
        for name in UNPAID:
            found[name] = self._unpaid_mean(places, name)
        return found

    def where_delivered(self, places: Sequence[Place], group: str) -> list[Place]:
        """The places whose group was delivered."""
        return [
            place
            for place in places
            if self.delivered.group(place.organisation, place.trajectory, place.quarter, group)
        ]

    def _stock_flow(self, places: Sequence[Place], stock: Stock) -> Value:
        """Stock_b + out_b + Σ in + Σ O, over the quarters in which the stock's group was delivered."""
        counted = self.where_delivered(places, stock.group)
        if not counted:
            return None
        inflow = total(self.quarterly.measures(place)[stock.inflow] for place in counted)
        lost = total(at_least_zero(value) for value in self.differences(counted, stock))
        return plus(self.opening(counted[0], places[0].quarter, stock), zero_if_unknown(inflow) + zero_if_unknown(lost))

    def opening(self, first: Place, since: str, stock: Stock) -> Value:
        """Stock_b + out_b, less the stock that the period counts already with those who were taken over in it."""
        measures = self.quarterly.measures(first)
        elsewhere = total(
            self.quarterly.measures(other)[stock.name] for other in self.delivered.taken_over(first, since)
        )
        return at_least_zero(minus(plus(measures[stock.name], measures[stock.outflow]), zero_if_unknown(elsewhere)))

    def differences(self, counted: Sequence[Place], stock: Stock) -> list[Value]:
        """The difference of each counted quarter; that of *b* only counts right after a delivered quarter."""
        found = [self.quarterly.difference(place, stock) for place in counted]
        before = counted[0].back(1)
        delivered_before = self.delivered.group(before.organisation, before.trajectory, before.quarter, stock.group)
        if found[0] is not None and not delivered_before:
            found[0] = 0
        return found

    def _unpaid_mean(self, places: Sequence[Place], name: str) -> Value:
        """Σ over the quarters / the number of them in which anyone delivered the trajectory's unpaid work."""
        counted = self.where_delivered(places, "unpaid_work")
        summed = total(self.quarterly.measures(place)[name] for place in counted)
        quarters = [p.quarter for p in places if self.delivered.anyone(p.trajectory, p.quarter, "unpaid_work")]
        return None if summed is None else Fraction(summed) / len(quarters)


# Expectations ------------------------------------------------------------------------------------------


class Expectations:
    """Who is expected to deliver what, and whether a period is complete."""

    def __init__(self, delivered: Delivered, today: date) -> None:
        self.delivered = delivered
        self.reference = delivered.reference
        self.today = today

    def expected(self, organisation: str, trajectory: str, quarter: str) -> bool:
        """Active, delivered the trajectory now or in the four quarters before, and not declared otherwise."""
        listed = self.reference.organisations.get(organisation)
        if listed is None or not within(quarter, listed.active_from, listed.active_to):
            return False
        in_force = self.delivered.in_force.get((organisation, quarter))
        if in_force is not None and in_force.not_offered(trajectory):
            return False
        return any(
            self.delivered.trajectory(organisation, trajectory, quarter_before(quarter, back))
            for back in (0, 1, 2, 3, 4)
        )

    def expected_organisations(self, trajectories: Iterable[str], period: str) -> int:
        """Distinct organisations expected to deliver one of the trajectories in a quarter of the period."""
        trajectories = list(trajectories)
        return sum(
            any(self.expected(organisation, t, q) for t in trajectories for q in quarters_of(period))
            for organisation in self.reference.organisations
        )

    def status(self, trajectories: Iterable[str], period: str) -> str:
        """``provisional`` while a deadline has not passed or an expected delivery is missing."""
        trajectories = list(trajectories)
        for quarter in quarters_of(period):
            if quarter in self.reference.deadlines and self.today <= self.reference.deadlines[quarter]:
                return "provisional"
            for organisation in self.reference.organisations:
                for trajectory in trajectories:
                    delivered = self.delivered.trajectory(organisation, trajectory, quarter)
                    if self.expected(organisation, trajectory, quarter) and not delivered:
                        return "provisional"
        return "complete"


# What comes out ----------------------------------------------------------------------------------------

QUARTERLY_COLUMNS = (
    "clients_active",
    "clients_started",
    "clients_ended",
    "clients_lost",
    "clients_left_uncounted",
    "ended_with_result",
    "ended_without_result",
    "pct_ended_with_result",
    "paid_work",
    "pct_paid_work",
    "durable_paid_work",
    "pct_durable_paid_work",
    "pct_durable_of_paid_work",
    "ever_paid_work",
    "pct_ever_paid_work",
    "started_paid_work",
    "stopped_paid_work",
    "in_education",
    "started_education",
    "stopped_education",
    *UNPAID,
)
PERIOD_COLUMNS = (
    "clients_active",
    "clients_started",
    "clients_ended",
    "clients_lost",
    "clients_left_uncounted",
    "ended_with_result",
    "ended_without_result",
    "pct_ended_with_result",
    "paid_work",
    "pct_paid_work",
    "durable_paid_work",
    "pct_durable_of_paid_work",
    "in_education",
    "pct_in_education",
    "started_paid_work",
    "stopped_paid_work",
    "started_education",
    "stopped_education",
    *UNPAID,
)
PERIOD_ESTIMATES = ("durable_paid_work", *UNPAID)
PERCENTAGES = {
    "pct_ended_with_result": ("ended_with_result", "clients_ended"),
    "pct_paid_work": ("paid_work", "clients_active"),
    "pct_durable_paid_work": ("durable_paid_work", "clients_active"),
    "pct_durable_of_paid_work": ("durable_paid_work", "paid_work"),
    "pct_ever_paid_work": ("ever_paid_work", "clients_active"),
    "pct_in_education": ("in_education", "clients_active"),
}
HEADLINES = ("paid_work_all_trajectories", "ever_paid_work_all_trajectories")

LEVELS = {
    "organisation": ("organisation", "region", "trajectory"),
    "region": ("region", "trajectory"),
    "trajectory": ("trajectory",),
    "national": (),
}
FREQUENCIES = {"quarterly": lambda quarter: quarter, "half_yearly": half_year_of, "annual": year_of}


@dataclass(frozen=True)
class Part:
    """The measures of one organisation × region × trajectory in one period."""

    organisation: str
    region: str
    trajectory: str
    period: str
    measures: Measures


def marts(deliveries: Sequence[Delivery], reference: Reference, today: date) -> dict[str, list[Row]]:
    """Every published mart, by name, its rows sorted by period and codes."""
    return marts_of(Book(Delivered(deliveries, reference), today))


def marts_of(book: "Book") -> dict[str, list[Row]]:
    """The marts of a book that is already there."""
    found = {"organisation_quarterly": book.mart("organisation", "quarterly")}
    for level in ("trajectory", "region", "national"):
        for frequency in FREQUENCIES:
            found[f"{level}_{frequency}"] = book.mart(level, frequency)
    return found


def parts(deliveries: Sequence[Delivery], reference: Reference, frequency: str) -> list[Part]:
    """The whole grid, nothing left out, before anything is summed: for looking into a difference."""
    return Book(Delivered(deliveries, reference), date.max).parts[frequency]


class Book:
    """Sums the parts into rows and decides which of them are published."""

    def __init__(self, delivered: Delivered, today: date) -> None:
        self.delivered = delivered
        self.reference = delivered.reference
        self.expectations = Expectations(delivered, today)
        self.quarterly = Quarterly(delivered)
        self.rollup = Rollup(self.quarterly)
        self.parts = {frequency: self._parts(frequency) for frequency in FREQUENCIES}

    def _parts(self, frequency: str) -> list[Part]:
        grid = {
            (organisation, region, trajectory, FREQUENCIES[frequency](quarter))
            for organisation, trajectory, quarter in self.delivered.trajectories_delivered()
            for region in self.delivered.regions[organisation, trajectory]
        }
        found = []
        for point in sorted(grid):
            measures = (
                self.quarterly.published(Place(*point)) if frequency == "quarterly" else self.rollup.measures(*point)
            )
            found.append(Part(*point, measures))
        return found

    def mart(self, level: str, frequency: str) -> list[Row]:
        """The published rows of one mart."""
        gathered: dict[tuple[str, ...], list[Part]] = defaultdict(list)
        for part in self.parts[frequency]:
            gathered[(part.period, *(getattr(part, name) for name in LEVELS[level]))].append(part)
        rows = []
        for period, *codes in sorted(gathered):
            members = gathered[(period, *codes)]
            where = dict(zip(LEVELS[level], codes, strict=True))
            organisations = self.organisations(where, period)
            measures = self.measures(members, level, frequency)
            if organisations == 0 and not any(_counts(measures)):
                continue
            row = {**self.head(where, period), "organisations": organisations, **measures}
            row.update(self._about_the_period(where, level, frequency, period))
            if level == "organisation":
                del row["organisations"]
            rows.append({name: _written(name, value, frequency) for name, value in row.items()})
        return rows

    def head(self, where: Mapping[str, str], period: str) -> Row:
        """Period, codes and names."""
        head: Row = {"period": period, "period_start": period_start(period)}
        if "organisation" in where:
            head["organisation_id"] = where["organisation"]
        if "region" in where:
            head["region_code"] = where["region"]
            head["region_name"] = self.reference.region_names[where["region"]]
        if "trajectory" in where:
            head["trajectory"] = where["trajectory"]
            head["trajectory_name"] = self.reference.trajectory_names[where["trajectory"]]
        return head

    def organisations(self, where: Mapping[str, str], period: str) -> int:
        """Distinct organisations with at least one cell there in the period, zeros included."""
        there = set()
        for quarter in quarters_of(period):
            for organisation, region, trajectory in self.delivered.with_cells.get(quarter, ()):
                cell = {"organisation": organisation, "region": region, "trajectory": trajectory}
                if all(cell[name] == code for name, code in where.items()):
                    there.add(organisation)
        return len(there)

    def measures(self, members: Sequence[Part], level: str, frequency: str) -> Row:
        """The measures of the parts together, percentages over the parts whose numerator is known."""
        columns = QUARTERLY_COLUMNS if frequency == "quarterly" else PERIOD_COLUMNS
        found: Row = {}
        for name in columns:
            if name in PERCENTAGES:
                found[name] = percentage(members, *PERCENTAGES[name])
            else:
                found[name] = total(part.measures[name] for part in members)
        if level == "national" and frequency == "quarterly":
            found.update(headline(members))
        return found

    def _about_the_period(self, where: Mapping[str, str], level: str, frequency: str, period: str) -> Row:
        """How many quarters anyone delivered, who was expected, and whether all is in."""
        trajectories = [where["trajectory"]] if "trajectory" in where else list(self.reference.trajectory_names)
        found: Row = {}
        if frequency != "quarterly":
            found["quarters"] = sum(
                any(self.delivered.anyone(trajectory, quarter, "core") for trajectory in trajectories)
                for quarter in quarters_of(period)
            )
        if level in ("trajectory", "national"):
            expected = self.expectations.expected_organisations(trajectories, period)
            found["expected_organisations"] = expected
            found["period_status"] = self.expectations.status(trajectories, period)
        return found


def percentage(members: Sequence[Part], numerator: str, denominator: str) -> Value:
    """100 × numerator / denominator over the parts whose numerator is known; unknown over 0."""
    known = [part for part in members if part.measures[numerator] is not None]
    over = total(part.measures[denominator] for part in known)
    if over is None or over == 0:
        return None
    return Fraction(100) * zero_if_unknown(total(part.measures[numerator] for part in known)) / over


def headline_part(part: Part, registered: str) -> Value:
    """What a part adds to it: the registered work, all its jobcoaching clients, or the work that Naar Werk ended in."""
    if part.trajectory == "jobcoaching":
        return part.measures["clients_active"]
    if part.trajectory == "uwv_naar_werk":
        return part.measures["ended_with_result"]
    return part.measures[registered]


def headline(members: Sequence[Part]) -> Row:
    """Paid work as the quarterly report prints it, all trajectories together."""
    found: Row = {}
    for name in HEADLINES:
        registered = name.removesuffix("_all_trajectories")
        counted = [part for part in members if headline_part(part, registered) is not None]
        beside = [part for part in members if part.trajectory == "uwv_werkfit"]
        clients = total(part.measures["clients_active"] for part in [*counted, *beside])
        is_known = any(part.measures[registered] is not None for part in members)
        value = total(headline_part(part, registered) for part in counted) if is_known else None
        found[name] = value
        found[f"pct_{name}"] = None if value is None or not clients else Fraction(100) * value / clients
    return found


def _counts(measures: Row) -> list[object]:
    """The values that decide whether a row is published: everything but the percentages."""
    return [value for name, value in measures.items() if not name.startswith("pct_")]


def _written(name: str, value: object, frequency: str) -> object:
    """The value as the mart types it: estimates and percentages float, counts int."""
    estimate = name.startswith("pct_") or (frequency != "quarterly" and name in PERIOD_ESTIMATES)
    if value is None or isinstance(value, str | date):
        return value
    if estimate:
        return float(value)  # type: ignore[arg-type]
    if isinstance(value, Fraction):
        raise TypeError(f"{name} is a count, but came out as a fraction")
    return value
