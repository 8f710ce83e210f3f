"""Clients by funding per unit and quarter, such that the printed quarters and years come out.

A year's clients by funding are an estimate (the year's clients × that funding's share in the sum of its quarters), so
they are approached by setting the shares of the year and then moving single clients. Only clients belong here; who of
them works is in `breakdowns.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from reconstruction.core import CoreNumbers, Place
from reconstruction.offers import Offers, Unit
from reconstruction.structure import QUARTERS
from reconstruction.tables import allocate, share_out, tilt
from reconstruction.targets import FUNDING, Targets

KINDS = tuple(FUNDING)
"""uwv, municipality, other: the order of every triple here."""

SHARES = {
    "ips": (
        (0.528, 0.226, 0.246), (0.520, 0.240, 0.240), (0.500, 0.262, 0.238), (0.482, 0.282, 0.236),
        (0.465, 0.301, 0.234), (0.412, 0.372, 0.216), (0.394, 0.396, 0.210), (0.380, 0.415, 0.205),
        (0.366, 0.439, 0.195), (0.356, 0.445, 0.199),
    ),
    "wabz": ((0.31, 0.69, 0.0),) * 5 + ((0.35, 0.64, 0.01),) * 5,
    "jobcoaching": ((0.40, 0.40, 0.20),) * 5 + ((0.31, 0.44, 0.25),) * 4 + ((0.387, 0.54, 0.073),),
    "other": ((0.41, 0.19, 0.40),) * 5 + ((0.03, 0.36, 0.61),) * 4 + ((0.19, 0.21, 0.60),),
}  # fmt: skip
"""Where the search for shares begins, by quarter."""

JOBCOACHING_PART = {"2023": 0.55, "2024": 0.90}
"""Jobcoaching's part of the UWV clients that are only printed for jobcoaching and other trajectories together: so that
it fell in every funding from the second half of 2023 on."""

ROUNDS = 25
NEAR, NEARER = 0.4, 0.1
"""How near a year's estimate must come to the printed number, and at which distance it is left alone."""

MOVES = 600

Triple = list[int]


@dataclass
class FundingSplit:
    """Splits a trajectory's clients by funding."""

    offers: Offers
    targets: Targets
    core: CoreNumbers
    trajectory: str
    cells: dict[Place, Triple] = field(default_factory=dict)

    def find(self) -> dict[Place, Triple]:
        """Clients by funding of every unit and quarter."""
        shares = [list(line) for line in SHARES[self.trajectory]]
        for place in range(len(QUARTERS)):
            self._quarter(place, shares[place])
        for year in ("2023", "2024"):
            wanted = self._wanted(year)
            for _ in range(ROUNDS):
                reached = self.estimate(year)
                for place in self._places(year):
                    factors = [goal / max(0.5, now) for goal, now in zip(wanted, reached, strict=True)]
                    shares[place] = [s * f**0.8 for s, f in zip(shares[place], factors, strict=True)]
                    self._quarter(place, shares[place])
            self._approach(year, wanted)
        return self.cells

    def estimate(self, year: str) -> list[float]:
        """A year's clients by funding as the method estimates them."""
        found = [0.0] * len(KINDS)
        for unit in self.offers.by_trajectory[self.trajectory]:
            weight = self._weight(unit, year)
            for place in self.offers.in_year(unit, year):
                for kind, value in enumerate(self.cells[unit, place]):
                    found[kind] += weight * value
        return found

    def _weight(self, unit: Unit, year: str) -> float:
        """The year's clients per client counted in one of its quarters."""
        counted = sum(self.core.clients[unit, place] for place in self.offers.in_year(unit, year))
        return self._active(unit, year) / counted if counted else 0.0

    def _active(self, unit: Unit, year: str) -> int:
        places = self.offers.in_year(unit, year)
        if not places:
            return 0
        found = self.core.clients[unit, places[0]] + self.core.ended[unit, places[0]]
        found += sum(self.core.started.get((unit, place), 0) for place in places)
        return found + sum(self.core.lost.get((unit, place), 0) for place in places[1:])

    def _places(self, year: str) -> list[int]:
        return [place for place, quarter in enumerate(QUARTERS) if quarter.startswith(year)]

    def _quarter(self, place: int, shares: list[float]) -> None:
        """Split a quarter by national shares, each unit with a bent of its own."""
        units = [u for u in self.offers.by_trajectory[self.trajectory] if (u, place) in self.core.clients]
        sizes = [self.core.clients[unit, place] for unit in units]
        columns = self._columns(place, sum(sizes), shares)
        weights = [
            [share * tilt(row, kind) * max(size, 1) for kind, share in enumerate(shares)]
            for row, size in enumerate(sizes)
        ]
        for unit, triple in zip(units, allocate(sizes, columns, weights), strict=True):
            self.cells[unit, place] = triple

    def _columns(self, place: int, clients: int, shares: list[float]) -> list[int]:
        """National totals: as printed where they are, else by share."""
        quarter = QUARTERS[place]
        if quarter == "2025-Q1":
            words = [f"funding={word}" for word in FUNDING.values()]
            return [self.targets.count(quarter, self.trajectory, "clients_active", word) for word in words]
        return share_out(clients, shares)

    def _wanted(self, year: str) -> list[float]:
        """A year's clients by funding: as printed as far as the year's total allows, the rest in `other`."""
        unknown = sum(
            self._active(unit, year)
            for unit in self.offers.by_trajectory[self.trajectory]
            if self._weight(unit, year) == 0
        )
        whole = sum(self._active(unit, year) for unit in self.offers.by_trajectory[self.trajectory]) - unknown
        uwv, municipality = self._printed_uwv(year), self._printed(year, self.trajectory, "gemeente")
        return [uwv, municipality, whole - uwv - municipality]

    def _printed(self, year: str, trajectory: str, word: str) -> float:
        return float(self.targets.count(year, trajectory, "clients_active", f"funding={word}"))

    def _printed_uwv(self, year: str) -> float:
        """Jobcoaching and other trajectories are only printed together."""
        if self.trajectory not in ("jobcoaching", "other"):
            return self._printed(year, self.trajectory, "uwv")
        both = self._printed(year, "jobcoaching_and_other", "uwv")
        part = round(both * JOBCOACHING_PART[year])
        return part if self.trajectory == "jobcoaching" else both - part

    def _approach(self, year: str, wanted: list[float]) -> None:
        """Move single clients between fundings until the year's estimates round to the printed numbers."""
        best = (math.inf, self.cells)
        for _ in range(MOVES):
            gaps = [now - goal for now, goal in zip(self.estimate(year), wanted, strict=True)]
            away = max(abs(gap) for gap in gaps)
            if away < best[0]:
                best = (away, {place: [*triple] for place, triple in self.cells.items()})
            if away < NEARER:
                break
            over, under = gaps.index(max(gaps)), gaps.index(min(gaps))
            self._move(year, over, under, (gaps[over] - gaps[under]) / 2)
        if best[0] >= NEAR:
            raise ArithmeticError(f"{self.trajectory} {year} by funding stays away from {wanted}")
        self.cells = best[1]

    def _move(self, year: str, over: int, under: int, room: float) -> None:
        """One client from `over` to `under`; where every client weighs too much, another elsewhere goes back."""
        there, back = self._movable(year, over), self._movable(year, under)
        found = min((abs(room - weight), place, None) for weight, place in there)
        if found[0] >= room:
            pairs = ((abs(room - one + other), place, at) for one, place in there for other, at in back if at != place)
            found = min(pairs)
        for place, (source, target) in zip(found[1:], ((over, under), (under, over)), strict=True):
            if place is not None:
                self.cells[place][source] -= 1
                self.cells[place][target] += 1

    def _movable(self, year: str, kind: int) -> list[tuple[float, Place]]:
        """Who has a client of a funding in the year, one place per unit, with the weight of one."""
        found = []
        for unit in self.offers.by_trajectory[self.trajectory]:
            weight = self._weight(unit, year)
            places = [place for place in self.offers.in_year(unit, year) if weight and self.cells[unit, place][kind]]
            found += [(weight, (unit, place)) for place in places[:1]]
        return found
