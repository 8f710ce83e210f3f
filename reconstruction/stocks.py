"""Stocks with registered flows per unit and quarter: paid work and education.

Both roll up to years in the same way (METHOD, half-year and year), so one model draws them. What must come out is
passed in, named after its figure; how it is broken down by funding or type belongs to `breakdowns.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from reconstruction.core import LATEST, Q1_2024, Q4_2024, CoreNumbers, Place
from reconstruction.offers import Offers, Unit
from reconstruction.sketch import Pull, Sketch, Terms, total
from reconstruction.structure import QUARTERS
from reconstruction.targets import Targets

AT_WORK = ("ips", "wabz", "other")

PAID_SHARE = {
    "ips": (0.335, 0.365, 0.36, 0.352, 0.346, 0.340, 0.349, 0.358, 0.367, 0.363),
    "wabz": (0, 0, 0, 0.30, 0.28, 0.26, 0.23, 0.20, 0.17, 0.18),
    "other": (0, 0, 0, 0.36, 0.36, 0.364, 0.38, 0.40, 0.42, 0.34),
}
EVER_SHARE = {
    "ips": (0, 0.42, 0.42, 0.42, 0.42, 0.42, 0.43, 0.435, 0.445, 0.444),
    "wabz": (0, 0, 0, 0.33, 0.31, 0.29, 0.26, 0.23, 0.20, 0.207),
    "other": (0, 0, 0, 0.38, 0.38, 0.378, 0.42, 0.45, 0.488, 0.43),
}
Course = float | tuple[float, ...]
"""One anchor for every quarter, or one per quarter."""

STARTS: dict[str, Course] = {"ips": (96, 190, 195, 205, 205, 240, 245, 250, 255, 296), "wabz": 4, "other": 9}
STOPS: dict[str, Course] = {"ips": (34, 46, 50, 52, 54, 42, 82, 85, 88, 75), "wabz": 1, "other": 3}
"""National anchors: what the printed years and quarters suggest; only their sums are published."""

EDUCATION_SHARE = 0.078
EDUCATION_STARTS, EDUCATION_STOPS = 30.0, 10.0


@dataclass
class StockNumbers:
    """A stock, who entered and who left it, per unit and quarter; and (paid work only) who was ever in it."""

    stock: dict[Place, int] = field(default_factory=dict)
    started: dict[Place, int] = field(default_factory=dict)
    stopped: dict[Place, int] = field(default_factory=dict)
    ever: dict[Place, int] = field(default_factory=dict)


class StockModel:
    """stock = previous + started − stopped − those who left with it, per unit; lost clients only where said so."""

    def __init__(self, offers: Offers, trajectories: Iterable[str], clients: dict[Place, int], first: int) -> None:
        self.offers, self.clients, self.first = offers, clients, first
        self.units = [unit for name in trajectories for unit in offers.by_trajectory[name]]
        self.sketch = Sketch()
        self.parts: dict[str, dict[Place, int]] = {"stock": {}, "started": {}, "stopped": {}, "ever": {}, "lost": {}}

    def quarters(self, unit: Unit) -> list[int]:
        """The quarters in which the unit delivered this group."""
        return [place for place in self.offers.quarters(unit) if place >= self.first]

    def draw(self, unit: Unit, place: int, stock: float, started: float, stopped: float) -> None:
        """The variables of a unit in a quarter, with anchors."""
        here, most = (unit, place), self.clients[unit, place]
        stopping = 2 + round(2 * stopped)
        self.parts["stock"][here] = self.sketch.count(0, most, Pull(stock, max(1.0, 0.15 * stock)))
        self.parts["started"][here] = self.sketch.count(0, most, Pull(started, max(1.0, 0.4 * started)), level=2)
        self.parts["stopped"][here] = self.sketch.count(0, stopping, Pull(stopped, max(0.7, 0.4 * stopped)), level=2)
        in_stock = [(1, self.parts["stock"][here]), (-1, self.parts["started"][here])]
        self.sketch.require("started ≤ stock", in_stock, 0, most)
        earlier = [other for other in self.quarters(unit) if place - 4 <= other < place]
        if earlier:
            self._flow(unit, earlier[-1], place)

    def _flow(self, unit: Unit, last: int, place: int) -> None:
        """Fewer may be left than the flows say (they ended with work); more only in some small units."""
        turn = self.units.index(unit) + place
        gains = turn % 3 == 0 and self.clients[unit, place] < 60
        lost = self.sketch.count(0, 2 if gains else 0, level=2)
        left = self.sketch.count(0, 0 if gains else self.clients[unit, last], level=2)
        self.parts["lost"][unit, place] = lost
        flow: Terms = [(1, self.parts["stock"][unit, place]), (-1, self.parts["stock"][unit, last])]
        flow += [(-1, self.parts["started"][unit, place]), (1, self.parts["stopped"][unit, place])]
        self.sketch.require("flow", [*flow, (-1, lost), (1, left)], 0)

    def draw_ever(self, unit: Unit, place: int, anchor: float) -> None:
        """Those ever in paid work: at least those who are now."""
        here, most = (unit, place), self.clients[unit, place]
        self.parts["ever"][here] = self.sketch.count(0, most, Pull(anchor, max(1.0, 0.15 * anchor)), level=2)
        more = [(1, self.parts["ever"][here]), (-1, self.parts["stock"][here])]
        self.sketch.require("stock ≤ ever", more, 0, most)

    def level(
        self, name: str, part: str, trajectories: Iterable[str], place: int, value: int | tuple[int, int]
    ) -> None:
        """A national level of a quarter, or the range it lies in."""
        wanted = set(trajectories)
        terms = total(v for (unit, at), v in self.parts[part].items() if at == place and unit.trajectory in wanted)
        low, high = value if isinstance(value, tuple) else (value, value)
        self.sketch.require(name, terms, low, high)

    def course(self, part: str, trajectory: str, place: int, anchor: float) -> None:
        """A national sum that should follow its anchor, so that quarters do not jump."""
        terms = total(v for (unit, at), v in self.parts[part].items() if (unit.trajectory, at) == (trajectory, place))
        self.sketch.gather(f"course of {part}", terms, Pull(anchor, max(1.0, 0.04 * anchor)))

    def flow_of_year(self, name: str, part: str, trajectories: Iterable[str], year: str, value: int) -> None:
        """The sum of a flow over a year."""
        wanted = set(trajectories)
        terms = total(
            v
            for (unit, at), v in self.parts[part].items()
            if QUARTERS[at].startswith(year) and unit.trajectory in wanted
        )
        self.sketch.require(name, terms, value)

    def year(self, name: str, trajectories: Iterable[str], year: str, value: int) -> None:
        """METHOD, half-year and year: stock_b + out_b + Σ in + Σ O; O_b counts only after a delivered quarter."""
        wanted, terms = set(trajectories), []
        for unit in self.units:
            places = [place for place in self.quarters(unit) if QUARTERS[place].startswith(year)]
            if unit.trajectory not in wanted or not places:
                continue
            first = places[0]
            terms += [(1, self.parts["stock"][unit, first]), (1, self.parts["stopped"][unit, first])]
            terms += total(self.parts["started"][unit, place] for place in places)
            counted = places if first - 1 in self.quarters(unit) else places[1:]
            terms += total(self.parts["lost"][unit, p] for p in counted if (unit, p) in self.parts["lost"])
        self.sketch.require(name, terms, value)

    def solve(self, report: Callable[[str], None]) -> StockNumbers:
        """The numbers."""
        values = self.sketch.solve(report)
        found = {name: {here: values[v] for here, v in part.items()} for name, part in self.parts.items()}
        return StockNumbers(found["stock"], found["started"], found["stopped"], found["ever"])


def paid_work(offers: Offers, targets: Targets, core: CoreNumbers, report: Callable[[str], None]) -> StockNumbers:
    """Paid work, started, stopped and ever, of the trajectories that register it."""
    model = StockModel(offers, AT_WORK, core.clients, 0)
    national = _national(core.clients)
    for unit in model.units:
        for place in model.quarters(unit):
            name, clients = unit.trajectory, core.clients[unit, place]
            share = clients / max(1, national[name, place])
            starts, stops = _at(STARTS[name], place), _at(STOPS[name], place)
            model.draw(unit, place, PAID_SHARE[name][place] * clients, starts * share, stops * share)
            if place:
                model.draw_ever(unit, place, EVER_SHARE[name][place] * clients)
    for place in range(len(QUARTERS)):
        model.course("stock", "ips", place, PAID_SHARE["ips"][place] * national["ips", place])
        model.course("started", "ips", place, _at(STARTS["ips"], place))
        model.course("stopped", "ips", place, _at(STOPS["ips"], place))
    _paid_work_levels(model, targets, core)
    _paid_work_years(model, targets)
    return model.solve(report)


def _at(anchor: Course, place: int) -> float:
    return anchor[place] if isinstance(anchor, tuple) else anchor


def _national(clients: dict[Place, int]) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for (unit, place), value in clients.items():
        found[unit.trajectory, place] = found.get((unit.trajectory, place), 0) + value
    return found


def _paid_work_levels(model: StockModel, targets: Targets, core: CoreNumbers) -> None:
    """The printed quarters."""
    known = [("2022-Q4", 0, "ips"), ("2024-Q1", Q1_2024, "ips"), ("2024-Q1", Q1_2024, "other")]
    known += [("2024-Q4", Q4_2024, "other"), *(("2025-Q1", LATEST, name) for name in AT_WORK)]
    for quarter, place, name in known:
        model.level(f"{quarter} paid work {name}", "stock", [name], place, targets.count(quarter, name, "paid_work"))
        if (quarter, name) in (("2022-Q4", "ips"), ("2024-Q1", "ips")):
            continue
        ever = targets.count(quarter, name, "ever_paid_work")
        model.level(f"{quarter} ever {name}", "ever", [name], place, ever)
    for quarter, place in (("2022-Q4", 0), ("2025-Q1", LATEST)):
        for part in ("started", "stopped"):
            value = targets.count(quarter, "ips", f"{part}_paid_work")
            model.level(f"{quarter} {part} paid work ips", part, ["ips"], place, value)
    clients = targets.count("2024-Q4", "ips", "clients_active")
    low, high = _percentage_range(targets, "ips", clients)
    model.level("2024-Q4 pct paid work ips", "stock", ["ips"], Q4_2024, (low, high))
    low, high = _percentage_range(targets, "all", targets.count("2024-Q4", "all", "clients_active"))
    beside = targets.count("2024-Q4", "jobcoaching", "clients_active") + sum(
        value
        for (unit, place), value in core.with_result.items()
        if place == Q4_2024 and unit.trajectory == "uwv_naar_werk"
    )
    model.level("2024-Q4 headline paid work", "stock", AT_WORK, Q4_2024, (low - beside, high - beside))


def _percentage_range(targets: Targets, trajectory: str, clients: int) -> tuple[int, int]:
    """The counts of 2024-Q4 that print both the percentage and the change in points that 2025-Q1 states."""
    now = (
        100 * targets.count("2025-Q1", trajectory, "paid_work") / targets.count("2025-Q1", trajectory, "clients_active")
    )
    change = targets.figure("2025-Q1", trajectory, "change_pp", "of=pct_paid_work;vs=2024Q4")
    printed = targets.figure("2024-Q4", trajectory, "pct_paid_work")
    fits = [
        count
        for count in range(clients + 1)
        if abs(100 * count / clients - printed) < 0.0499 and abs(now - 100 * count / clients - change) < 0.0499
    ]
    return min(fits), max(fits)


def _paid_work_years(model: StockModel, targets: Targets) -> None:
    """The printed years. The 33,0 % of IPS in 2024 excludes the printed total, which wins."""
    for year in ("2023", "2024"):
        for part in ("started", "stopped"):
            value = targets.count(year, "ips_wabz_other", f"{part}_paid_work")
            model.flow_of_year(f"{year} {part} paid work", part, AT_WORK, year, value)
        model.year(f"{year} paid work", AT_WORK, year, targets.count(year, "ips_wabz_other", "paid_work"))
    for name in ("wabz", "other"):
        model.year(f"2024 paid work {name}", [name], "2024", targets.count("2024", name, "paid_work"))


def education(offers: Offers, targets: Targets, core: CoreNumbers, report: Callable[[str], None]) -> StockNumbers:
    """Clients in education, started and stopped, in IPS."""
    model = StockModel(offers, ["ips"], core.clients, 1)
    national = _national(core.clients)
    for unit in model.units:
        for place in model.quarters(unit):
            clients = core.clients[unit, place]
            share = clients / max(1, national["ips", place])
            model.draw(unit, place, EDUCATION_SHARE * clients, EDUCATION_STARTS * share, EDUCATION_STOPS * share)
    for place in range(1, len(QUARTERS)):
        model.course("started", "ips", place, EDUCATION_STARTS)
        model.course("stopped", "ips", place, EDUCATION_STOPS)
    for quarter, place in (("2024-Q1", Q1_2024), ("2024-Q4", Q4_2024), ("2025-Q1", LATEST)):
        value = targets.count(quarter, "ips", "in_education")
        model.level(f"{quarter} education", "stock", ["ips"], place, value)
    for part in ("started", "stopped"):
        value = targets.count("2025-Q1", "ips", f"{part}_education")
        model.level(f"2025-Q1 {part} education", part, ["ips"], LATEST, value)
        for year in ("2023", "2024"):
            value = targets.count(year, "ips", f"{part}_education")
            model.flow_of_year(f"{year} {part} education", part, ["ips"], year, value)
    for year in ("2023", "2024"):
        model.year(f"{year} education", ["ips"], year, targets.count(year, "ips", "in_education"))
    return model.solve(report)
