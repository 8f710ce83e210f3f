"""Durable paid work per unit and quarter, such that the printed years come out.

The method estimates a year's durable work from each quarter's proportion D / W; that is not linear, so it is reached by
choosing the proportion of the year and then moving single clients. Everything else is linear and lives in `stocks.py`.
"""

from __future__ import annotations

from fractions import Fraction

from reconstruction.core import Place
from reconstruction.offers import Offers, Unit
from reconstruction.stocks import AT_WORK, StockNumbers
from reconstruction.structure import QUARTERS
from reconstruction.tables import share_out, tilt
from reconstruction.targets import Targets

PRINTED = (("2022-Q4", "ips"), ("2025-Q1", "ips"), ("2025-Q1", "wabz"), ("2024-Q1", "other"), ("2024-Q4", "other"),
           ("2025-Q1", "other"))  # fmt: skip
NEAR = Fraction(2, 5)
"""How near the estimate of a year must come to the printed whole number."""

LASTING = {"ips": 1.0, "wabz": 1.09, "other": 0.97}
"""Jobs of WABZ last longest, as the annual report says; where all are durable there is no more."""

MOVES = 400


class DurableWork:
    """Finds durable paid work below paid work."""

    def __init__(self, offers: Offers, targets: Targets, work: StockNumbers) -> None:
        self.offers, self.targets, self.work = offers, targets, work
        self.units = [unit for name in AT_WORK for unit in offers.by_trajectory[name]]
        self.durable: dict[Place, int] = {}

    def find(self) -> dict[Place, int]:
        """The numbers: a proportion per year, then single moves, the later year after the earlier."""
        for share in (("2022", 0.857), ("2025", 0.832)):
            self._set(*share)
        for year in ("2023", "2024"):
            wanted = self.targets.count(year, "ips_wabz_other", "durable_paid_work")
            low, high = 0.6, 1.0
            for _ in range(20):
                middle = (low + high) / 2
                self._set(year, middle)
                low, high = (middle, high) if self.estimate(year) < wanted else (low, middle)
            self._approach(year, wanted)
        return self.durable

    def estimate(self, year: str) -> Fraction:
        """METHOD, half-year and year: D_b + p_b·stopped_b + Σ p·started + Σ O_D, over the units."""
        return sum((self._unit_estimate(unit, year) for unit in self.units), Fraction(0))

    def _set(self, year: str, share: float) -> None:
        """Durable work of a year's quarters as a share of paid work; the printed quarters exactly as printed."""
        for place, quarter in enumerate(QUARTERS):
            for name in AT_WORK if quarter.startswith(year) else ():
                units = [unit for unit in self.units if unit.trajectory == name and (unit, place) in self.work.stock]
                paid = [self.work.stock[unit, place] for unit in units]
                weights = [min(1.0, share * tilt(n, 5, 0.06)) * value for n, value in enumerate(paid)]
                total = round(min(sum(paid), share * LASTING[name] * sum(paid)))
                if (quarter, name) in PRINTED:
                    total = self.targets.count(quarter, name, "durable_paid_work")
                for unit, value in zip(units, share_out(total, weights, paid), strict=True):
                    self.durable[unit, place] = value

    def _unit_estimate(self, unit: Unit, year: str) -> Fraction:
        places = self.offers.in_year(unit, year)
        if not places:
            return Fraction(0)
        first = places[0]
        found = self.durable[unit, first] + self._part(unit, first, self.work.stopped[unit, first])
        for place in places:
            found += self._part(unit, place, self.work.started[unit, place])
            if place != first or first - 1 in self.offers.quarters(unit):
                found += self._lost(unit, place)
        return found

    def _part(self, unit: Unit, place: int, flow: int) -> Fraction:
        """p × flow; without paid work there is no proportion and it counts as 0."""
        paid = self.work.stock[unit, place]
        return Fraction(self.durable[unit, place] * flow, paid) if paid else Fraction(0)

    def _lost(self, unit: Unit, place: int) -> Fraction:
        last = self.offers.before(unit, place)
        if last is None:
            return Fraction(0)
        flows = self.work.started[unit, place] - self.work.stopped[unit, place]
        rise = self.durable[unit, place] - self.durable[unit, last]
        return max(Fraction(0), rise - self._part(unit, place, flows))

    def _approach(self, year: str, wanted: int) -> None:
        """Move single clients in quarters that are not printed until the estimate is near enough."""
        places = [
            (unit, place)
            for unit in self.units
            for place in self.offers.in_year(unit, year)
            if (QUARTERS[place], unit.trajectory) not in PRINTED
        ]
        whole = self.estimate(year)
        for _ in range(MOVES):
            gap = wanted - whole
            if abs(gap) < NEAR:
                return
            best = min(
                ((abs(gap - change), n, step, change) for n, step, change in self._steps(places, year, gap)),
                key=lambda option: option[:2],
            )
            self.durable[places[best[1]]] += best[2]
            whole += best[3]
        raise ArithmeticError(f"durable paid work of {year} stays {float(wanted - whole):.2f} away")

    def _steps(self, places: list[Place], year: str, gap: Fraction) -> list[tuple[int, int, Fraction]]:
        """What one client more or less would change, per place."""
        found = []
        step = 1 if gap > 0 else -1
        for number, (unit, place) in enumerate(places):
            value = self.durable[unit, place] + step
            if not 0 <= value <= self.work.stock[unit, place]:
                continue
            before = self._unit_estimate(unit, year)
            self.durable[unit, place] = value
            found.append((number, step, self._unit_estimate(unit, year) - before))
            self.durable[unit, place] = value - step
        return found
