"""The core of every delivery: clients, ended and ended with result per unit and quarter.

The method's own rules stand here as constraints on the units: inflow, left uncounted, the roll-up to years. What must
come out is named after its published figure. Breakdowns of these numbers belong to other modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from reconstruction.offers import TRAJECTORIES, Offers, Unit
from reconstruction.sketch import Pull, Sketch, Terms, total
from reconstruction.structure import QUARTERS, WALK
from reconstruction.targets import Targets
from reconstruction.wishes import Side, read_wishes

Place = tuple[Unit, int]
"""A unit and the place of a quarter in QUARTERS."""

YEARS = ("2023", "2024")
FIRST_REPORT, Q1_2024, Q4_2024, LATEST = 0, 5, 8, 9
UWV = ("uwv_werkfit", "uwv_naar_werk")

END_RATE = (0.10, 0.105, 0.115, 0.12, 0.12, 0.105, 0.13, 0.13, 0.18, 0.15)
"""Ended as a share of clients, per quarter: the course of the IPS totals, used as an anchor."""

IPS_STARTS = {1: 230, 2: 590, 3: 600, 4: 600, 5: 600, 6: 645, 7: 645, 8: 645}
"""Anchors for national starts: the year's total, spread; 2023-Q1 only knows the first report's organisations."""

LEFT_COST = 6.0
"""Price of a client left uncounted: they must be few."""

SHORT_COST, MOST_SHORT = 40.0, 10_000
"""Price of a client by which a claim is missed, and how far it may be: they come after every printed figure."""

MOST_ENDED = 0.75
"""No region ends more than this share of the clients it saw in a year."""

NEWCOMER_SIZE = 45

SEEN = 3
"""No unit ends more than this many clients for each one counted in a quarter of the year."""


@dataclass
class CoreNumbers:
    """Whole numbers per unit and quarter, as solved."""

    clients: dict[Place, int] = field(default_factory=dict)
    ended: dict[Place, int] = field(default_factory=dict)
    with_result: dict[Place, int] = field(default_factory=dict)
    started: dict[Place, int] = field(default_factory=dict)
    lost: dict[Place, int] = field(default_factory=dict)


class CoreModel:
    """Builds and solves the sketch of the core numbers."""

    def __init__(self, offers: Offers, targets: Targets) -> None:
        self.offers, self.targets = offers, targets
        self.sketch = Sketch()
        self.clients: dict[Place, int] = {}
        self.ended: dict[Place, int] = {}
        self.with_result: dict[Place, int] = {}
        self.started: dict[Place, int] = {}
        self.lost: dict[Place, int] = {}
        self.sums: dict[tuple[str, str, str, str], int] = {}
        self.levels: dict[tuple[int, str, int], int] = {}
        self.halves: dict[tuple[str, str, str], int] = {}
        self.nominal = nominal_clients(offers, targets)
        for unit in offers.units:
            self._unit(unit)
        self._regions()
        self._levels()
        self._years()
        self._shape()
        self._wishes()

    def solve(self, report: Callable[[str], None]) -> CoreNumbers:
        """The numbers."""
        values = self.sketch.solve(report, first_corridor=16)
        parts = (self.clients, self.ended, self.with_result, self.started, self.lost)
        return CoreNumbers(*({place: values[v] for place, v in part.items()} for part in parts))

    # One unit ---------------------------------------------------------------------------------------------

    def _unit(self, unit: Unit) -> None:
        """A course of clients = previous − ended + started − left uncounted, the latter two never together."""
        most = self._most(unit)
        for place in self.offers.quarters(unit):
            here, size = (unit, place), self.nominal[unit, place]
            least = 1 if place == FIRST_REPORT and size >= 2 else 0
            self.clients[here] = self.sketch.count(least, most, Pull(size, max(2.0, 0.15 * size)), level=3)
            ending = END_RATE[place] * size
            pull = Pull(ending, max(1.0, 0.3 * ending), 1.5)
            self.ended[here] = self.sketch.count(0, most, pull, level=2)
            self.with_result[here] = self.sketch.count(0, most, level=3)
            less = [(1, self.ended[here]), (-1, self.with_result[here])]
            self.sketch.require("with result ≤ ended", less, 0, most)
            odds = [(100, self.with_result[here]), (-round(100 * self._share(unit, place)), self.ended[here])]
            self.sketch.gather("with result follows ended", odds, Pull(0.0, 60.0, 0.01), level=4)
            self._flow(unit, place, most)

    def _flow(self, unit: Unit, place: int, most: int) -> None:
        """Started after a delivered quarter, lost after a gap; where clients leave uncounted, nobody starts."""
        last = self.offers.before(unit, place)
        if last is None:
            return
        here = (unit, place)
        away = self._most_left(unit, place, most)
        gain = self.sketch.count(0, 0 if away else most, level=3)
        (self.started if last == place - 1 else self.lost)[here] = gain
        left = self.sketch.count(0, away, cost=0.0 if place == LATEST else LEFT_COST, level=3)
        course = [(1, self.clients[here]), (-1, self.clients[unit, last]), (1, self.ended[here])]
        self.sketch.require(f"flow {unit} {QUARTERS[place]}", [*course, (-1, gain), (1, left)], 0)
        if last == place - 1:
            stay = [(1, self.clients[unit, last]), (-1, self.ended[here])]
            self.sketch.require("ended ≤ clients of the quarter before", stay, 0, most)

    def _most(self, unit: Unit) -> int:
        """No unit has more clients than its region in the year."""
        if self._newcomer(unit):
            return NEWCOMER_SIZE
        group = "ips" if unit.trajectory == "ips" else "non_ips"
        values = [self.targets.region(unit.region, group, year, "clients_active") or 0 for year in YEARS]
        return max(values)

    def _newcomer(self, unit: Unit) -> bool:
        return self.offers.quarters(unit) == [LATEST]

    def _most_left(self, unit: Unit, place: int, most: int) -> int:
        """How many clients may leave uncounted; 0 in most places.

        The published starts of 2025-Q1 exceed A − (B − C), so some units lost clients uncounted then. Drechtsteden
        went from 14 clients to none.
        """
        main = self.offers.roles[unit.organisation, unit.region] == "main"
        turn = self.offers.units.index(unit) + place
        if unit.region == "drechtsteden":
            return most if place >= Q1_2024 else 0
        if place == LATEST:
            return most if turn % 2 == 0 and (not main or unit.trajectory in ("other", "jobcoaching")) else 0
        if place == Q1_2024 and unit.trajectory != "ips" and self._shrinks(unit.region):
            return max(3, round(0.25 * self.nominal[unit, place]))
        return 3 if turn % 5 == 0 and not main else 0

    def _shrinks(self, region: str) -> bool:
        """Whether a region opened 2024 with far fewer clients outside IPS than it saw in 2023."""
        active, started = (
            {year: self.targets.region(region, "non_ips", year, f"clients_{what}") or 0 for year in YEARS}
            for what in ("active", "started")
        )
        return active["2024"] - started["2024"] < 0.6 * active["2023"]

    def _share(self, unit: Unit, place: int) -> float:
        """The share ended with result in the region, as an anchor."""
        year = "2023" if QUARTERS[place] < "2024" else "2024"
        return (self.targets.region_percentage(unit.region, year) or 50.0) / 100

    # Tabel 3.1 --------------------------------------------------------------------------------------------

    def _regions(self) -> None:
        for region in WALK:
            units = [unit for unit in self.offers.units if unit.region == region]
            for year in YEARS:
                for group in ("ips", "non_ips"):
                    chosen = [unit for unit in units if (unit.trajectory == "ips") == (group == "ips")]
                    self._region_group(region, group, year, chosen)
                self._region_percentage(region, year, units)

    def _region_group(self, region: str, group: str, year: str, units: list[Unit]) -> None:
        active = self.targets.region(region, group, year, "clients_active")
        started = self.targets.region(region, group, year, "clients_started")
        if active is None or started is None:
            return
        name = f"Tabel 3.1 {region} {group} {year}"
        self.sketch.require(f"{name} started", self._year_started(units, year), started)
        self.sketch.require(f"{name} active", self._year_active(units, year), active)

    def _region_percentage(self, region: str, year: str, units: list[Unit]) -> None:
        """Σ with result / Σ ended rounds to the printed decimal; nobody ended where it prints nvt."""
        printed = self.targets.region_percentage(region, year)
        name = f"Tabel 3.1 {region} pct {year}"
        if printed is None:
            self.sketch.require(name, self._year_sum(self.ended, units, year), 0)
            return
        ended = self.sketch.gather(f"{name} ended", self._year_sum(self.ended, units, year), level=0)
        result = self.sketch.gather(f"{name} with result", self._year_sum(self.with_result, units, year), level=0)
        present = [self.targets.region(region, group, year, "clients_active") or 0 for group in ("ips", "non_ips")]
        self.sketch.require(name, [(1, ended)], 1, max(1, round(MOST_ENDED * sum(present))))
        twentieths = round(printed * 20)
        self.sketch.require(name, [(2000, result), (-(twentieths - 1), ended)], 1, 10**9)
        self.sketch.require(name, [(2000, result), (-(twentieths + 1), ended)], -(10**9), -1)

    def _year_active(self, units: Iterable[Unit], year: str) -> Terms:
        """METHOD, half-year and year: A_b + C_b + Σ S + Σ O, O_b left out (S_b absorbs it, or it follows a gap)."""
        return self._sums("active", units, year)

    def _year_started(self, units: Iterable[Unit], year: str) -> Terms:
        return self._sums("started", units, year)

    def _year_sum(self, part: dict[Place, int], units: Iterable[Unit], year: str) -> Terms:
        return self._sums("ended" if part is self.ended else "with result", units, year)

    def _sums(self, kind: str, units: Iterable[Unit], year: str) -> Terms:
        """A year's figure as the sum of one whole number per region and trajectory."""
        groups = dict.fromkeys((unit.region, unit.trajectory) for unit in units)
        return total(self._sum(kind, *group, year) for group in groups)

    def _sum(self, kind: str, region: str, trajectory: str, year: str) -> int:
        """The whole number of a region, trajectory and year."""
        key = (kind, region, trajectory, year)
        if key not in self.sums:
            units = [unit for unit in self.offers.by_trajectory[trajectory] if unit.region == region]
            terms = [term for unit in units for term in self._in_year(kind, unit, year)]
            self.sums[key] = self.sketch.gather(f"{kind} {region} {trajectory} {year}", terms, level=1)
        return self.sums[key]

    def _in_year(self, kind: str, unit: Unit, year: str) -> Terms:
        """The cells of a unit that make up its year."""
        places = self.offers.in_year(unit, year)
        part = {"ended": self.ended, "with result": self.with_result}.get(kind, self.started)
        terms = total(part[unit, place] for place in places if (unit, place) in part)
        if kind == "active" and places:
            terms += [(1, self.clients[unit, places[0]]), (1, self.ended[unit, places[0]])]
            terms += total(self.lost[unit, place] for place in places[1:] if (unit, place) in self.lost)
        return terms

    # National figures -------------------------------------------------------------------------------------

    def _level(self, part: dict[Place, int], trajectories: Iterable[str], place: int) -> Terms:
        """A national level of a quarter as the sum of one whole number per trajectory."""
        return total(self._national(part, name, place) for name in trajectories)

    def _national(self, part: dict[Place, int], trajectory: str, place: int, anchor: float | None = None) -> int:
        key = (id(part), trajectory, place)
        if key not in self.levels:
            units = self.offers.by_trajectory[trajectory]
            terms = total(part[unit, place] for unit in units if (unit, place) in part)
            name = f"{trajectory} in {QUARTERS[place]}"
            pull = None if anchor is None else Pull(anchor, 15.0)
            self.levels[key] = self.sketch.gather(name, terms, pull, level=1)
        return self.levels[key]

    def _at(self, place: int, figure: str, part: dict[Place, int], *trajectories: str, code: str = "") -> None:
        """A national level of a quarter, as published."""
        value = self.targets.count(QUARTERS[place], code or trajectories[0], figure)
        name = f"{QUARTERS[place]} {figure} {' + '.join(trajectories)}"
        self.sketch.require(name, self._level(part, trajectories, place), value)

    def _levels(self) -> None:
        """2022-Q4, 2024-Q1, 2024-Q4 and 2025-Q1."""
        self._at(FIRST_REPORT, "clients_active", self.clients, "ips")
        self._at(FIRST_REPORT, "clients_ended", self.ended, "ips")
        at_end = self.targets.count("2022-Q4", "ips", "clients_ended", "outflow=paid_work_at_end")
        level = self._level(self.with_result, ["ips"], FIRST_REPORT)
        self.sketch.require("2022-Q4 paid work at end", level, at_end)
        for name in ("ips", "jobcoaching", "other"):
            self._at(Q1_2024, "clients_active", self.clients, name)
        for name in ("ips", "jobcoaching", "other", "wabz"):
            self._at(Q4_2024, "clients_active", self.clients, name)
            self._at(LATEST, "clients_active", self.clients, name)
            self._at(LATEST, "clients_started", self.started, name)
        for name in TRAJECTORIES:
            self._at(LATEST, "clients_ended", self.ended, name)
            self._at(LATEST, "ended_with_result", self.with_result, name)
        both = "werkfit_and_naar_werk"
        self._at(Q4_2024, "clients_active", self.clients, *UWV, code=both)
        self._at(LATEST, "clients_active", self.clients, *UWV, code=both)
        self._at(LATEST, "clients_started", self.started, *UWV, code=both)
        self._at(Q4_2024, "clients_ended", self.ended, "ips")
        four = ("wabz", "other", *UWV)
        self._at(Q1_2024, "clients_active", self.clients, *four, code="wabz_other_werkfit_naar_werk")
        self._last_quarter_percentage()

    def _last_quarter_percentage(self) -> None:
        """2024-Q4: the printed percentage ended with result, all trajectories."""
        twentieths = round(self.targets.figure("2024-Q4", "all", "pct_ended_with_result") * 20)
        result = [(2000, v) for _, v in self._level(self.with_result, TRAJECTORIES, Q4_2024)]
        ended = self._level(self.ended, TRAJECTORIES, Q4_2024)
        for shift, low, high in ((-1, 1, 10**9), (1, -(10**9), -1)):
            terms = [*result, *((-(twentieths + shift), v) for _, v in ended)]
            self.sketch.require("2024-Q4 pct ended with result", terms, low, high)

    def _years(self) -> None:
        """Annual ended and with result per trajectory (Tabel 1.4), active and started where Tabel 3.1 leaves room.

        The national totals are the sums of these rows, and nothing is asked of them: 2024's with result is printed as
        1 537 where the rows give 1 573, and the rows are right.
        Werkfit takes what the regions of Tabel 3.1 hold less than the national figures, as does IPS.
        """
        for year in YEARS:
            for name in TRAJECTORIES:
                units = self.offers.by_trajectory[name]
                ended = self.targets.count(year, name, "clients_ended")
                self.sketch.require(f"{year} ended {name}", self._year_sum(self.ended, units, year), ended)
                self._year_figure(year, name, "ended_with_result", self._year_sum(self.with_result, units, year))
                if name in ("wabz", "jobcoaching", "other", "uwv_naar_werk"):
                    self._year_figure(year, name, "clients_active", self._year_active(units, year))
                    self._year_figure(year, name, "clients_started", self._year_started(units, year))
        self._second_half()
        self._seen()

    def _seen(self) -> None:
        """Who ended in a year's first quarter left others behind: a year's fundings are shares of the clients counted.

        Only of jobcoaching and other trajectories, whose fundings are printed whole: no client may be without one.
        """
        for name in ("jobcoaching", "other"):
            for unit, year in ((unit, year) for unit in self.offers.by_trajectory[name] for year in YEARS):
                places = self.offers.in_year(unit, year)
                if places:
                    seen = total((self.clients[unit, place] for place in places), SEEN)
                    self.sketch.require("counted", [*seen, (-1, self.ended[unit, places[0]])], 0, 10**9)

    def _year_figure(self, year: str, trajectory: str, figure: str, terms: Terms) -> None:
        self.sketch.require(f"{year} {figure} {trajectory}", terms, self.targets.count(year, trajectory, figure))

    def _second_half(self) -> None:
        """Jobcoaching fell by 74 clients a half-year on average, from the second half of 2023 (all there was)."""
        fall = self.targets.count("2023H2-2024H2", "jobcoaching", "change_abs", "of=clients_active;mean_per_half_year")
        value = self.targets.count("2023", "jobcoaching", "clients_active") + 2 * fall
        terms: Terms = []
        for unit in self.offers.by_trajectory["jobcoaching"]:
            places = [place for place in self.offers.in_year(unit, "2024") if place >= 7]
            for first in places[:1]:
                terms += [(1, self.clients[unit, first]), (1, self.ended[unit, first])]
            terms += total(self.started[unit, place] for place in places if (unit, place) in self.started)
        self.sketch.require("2024-H2 clients_active jobcoaching", terms, value)

    # The look of it ---------------------------------------------------------------------------------------

    def _shape(self) -> None:
        """National courses without jumps."""
        for place, anchor in IPS_STARTS.items():
            self._national(self.started, "ips", place, anchor)
        for place in range(1, Q4_2024):
            level = sum(size for (unit, at), size in self.nominal.items() if at == place and unit.trajectory == "ips")
            self._national(self.ended, "ips", place, END_RATE[place] * level)

    # What the documents say without a number --------------------------------------------------------------

    def _wishes(self) -> None:
        """Claims as far as the printed figures, which are requirements, leave room for them."""
        for wish in read_wishes():
            later, earlier = self._side(wish.later), self._side(wish.earlier)
            terms = [(100 * k, v) for k, v in later] + [(-round(100 * wish.factor) * k, v) for k, v in earlier]
            short = self.sketch.count(0, MOST_SHORT, cost=SHORT_COST, level=3)
            self.sketch.require(f"claim {wish.claim}", [*terms, (100, short)], 100 * wish.least, 10**9)

    def _side(self, side: Side) -> Terms:
        """A national number of a quarter or half-year, as the sum of one whole number per trajectory."""
        if "-Q" in side.period:
            return self._level(self._part(side.kind), side.trajectories, QUARTERS.index(side.period))
        return total(self._half_year(side.kind, name, side.period) for name in side.trajectories)

    def _part(self, kind: str) -> dict[Place, int]:
        by_kind = {"clients": self.clients, "ended": self.ended, "with result": self.with_result}
        return by_kind.get(kind, self.started)

    def _half_year(self, kind: str, trajectory: str, period: str) -> int:
        """METHOD, half-year and year: of clients A_b + C_b + Σ S, of everything else the sum of the quarters."""
        if (kind, trajectory, period) not in self.halves:
            quarters = [f"{period[:4]}-Q{2 * int(period[6]) - 1}", f"{period[:4]}-Q{2 * int(period[6])}"]
            within = [QUARTERS.index(quarter) for quarter in quarters]
            part = self.started if kind == "clients" else self._part(kind)
            terms: Terms = []
            for unit in self.offers.by_trajectory[trajectory]:
                places = [place for place in self.offers.quarters(unit) if place in within]
                terms += total(part[unit, place] for place in places if (unit, place) in part)
                if kind == "clients" and places:
                    terms += [(1, self.clients[unit, places[0]]), (1, self.ended[unit, places[0]])]
            gathered = self.sketch.gather(f"{kind} {trajectory} {period}", terms, level=1)
            self.halves[kind, trajectory, period] = gathered
        return self.halves[kind, trajectory, period]


def nominal_clients(offers: Offers, targets: Targets) -> dict[Place, float]:
    """Roughly how many clients a unit had: its part of active − started in its region, drawn through the years."""
    shares = {year: _opening(offers, targets, year) for year in YEARS}
    found: dict[Place, float] = {}
    for unit in offers.units:
        if offers.quarters(unit) == [LATEST]:
            found[unit, LATEST] = 0.6 * NEWCOMER_SIZE
            continue
        level = {place: _national(targets, unit.trajectory, place) for place in (Q1_2024, Q4_2024, LATEST)}
        early, late = shares["2023"][unit], shares["2024"][unit]
        for place in offers.quarters(unit):
            weight = min(1.0, max(0.0, (place - 1) / 4))
            size = 0.9 * (early * (1 - weight) + late * weight)
            if place > Q1_2024:
                onward = level[Q4_2024] if place < LATEST else level[LATEST]
                size *= 1 + (onward / level[Q1_2024] - 1) * min(1.0, (place - Q1_2024) / 3)
            found[unit, place] = size
    return found


def _national(targets: Targets, trajectory: str, place: int) -> float:
    """The published level of a trajectory, or a guess where only a sum is printed."""
    guess: dict[str, dict[int, float]] = {
        "wabz": {Q1_2024: 125},
        "uwv_werkfit": {Q1_2024: 190, Q4_2024: 132, LATEST: 110},
        "uwv_naar_werk": {Q1_2024: 35, Q4_2024: 38, LATEST: 50},
    }
    known = guess.get(trajectory, {}).get(place)
    return known if known is not None else targets.count(QUARTERS[place], trajectory, "clients_active")


def _opening(offers: Offers, targets: Targets, year: str) -> dict[Unit, float]:
    """active − started of a region and group, parted over its units by role and size of the trajectory."""
    weights = {
        unit: (4.0 if offers.roles[unit.organisation, unit.region] == "main" else 1.0)
        * (1.0 if unit.trajectory == "ips" else _national(targets, unit.trajectory, Q1_2024) / 100)
        * (1.0 if offers.in_year(unit, year) else 0.0)
        for unit in offers.units
    }
    found = {}
    for unit in offers.units:
        group = "ips" if unit.trajectory == "ips" else "non_ips"
        mates = [u for u in offers.units if u.region == unit.region and (u.trajectory == "ips") == (group == "ips")]
        whole = sum(weights[mate] for mate in mates)
        active = targets.region(unit.region, group, year, "clients_active") or 0
        started = targets.region(unit.region, group, year, "clients_started") or 0
        found[unit] = (active - started) * weights[unit] / whole if whole else 0.0
    return found
