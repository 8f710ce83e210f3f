"""Which organisation runs which trajectory in which region, and the quarters in which it delivered it.

Follows from the sizes in Tabel 3.1 by rule, with the few events that make it look like life: organisations that start
late, skip a quarter, give a trajectory up or take one up. What does not belong here: numbers of clients.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from reconstruction.structure import QUARTERS, Pair, pairs
from reconstruction.targets import Targets

TRAJECTORIES = ("ips", "wabz", "jobcoaching", "uwv_werkfit", "uwv_naar_werk", "other")
FIRST = {"ips": 1, "uwv_werkfit": 1, "uwv_naar_werk": 1, "wabz": 3, "jobcoaching": 3, "other": 3}
"""The place in QUARTERS of the first quarter of a trajectory, but for the first report, which was IPS alone."""

WABZ_REGIONS = ("twente", "rijnmond", "midden_utrecht")
LARGE, MEDIUM, SMALL = 60, 30, 60
"""Clients outside IPS in both years for naar_werk and other, for jobcoaching; clients in IPS for satellites."""

FIRST_REPORT = (11, 13, 14, 17, 18, 19, 20, 21, 22, 24, 25, 26, 35)
"""Organisations that delivered 2022-Q4: their IPS regions are the 18 of the first report."""

LATE = {33: 2, 34: 3, 36: 2, 39: 4, 41: 3}
"""Small organisations whose first delivery came later: its place in QUARTERS."""

GAPS = {12: 2, 20: 4, 33: 6}
"""Organisations that skipped a whole quarter."""

NEWCOMERS = (31, 32, 35)
"""Small organisations that delivered Werkfit for the first time in 2025-Q1."""

TAKEN_UP = {
    "uwv_werkfit": {5: 5, 6: 5, 8: 5} | dict.fromkeys(NEWCOMERS, 9),
    "other": {27: 5},
}
"""Trajectories delivered for the first time after the organisation's other ones: trajectory, organisation, quarter."""

GAVE_UP = {
    "uwv_naar_werk": {12: 4, 15: 4},
    "wabz": {14: 7},
    "jobcoaching": {12: 4, 15: 4, 30: 4, 19: 5, 24: 5, 3: 6, 8: 6, 16: 6, 5: 7, 11: 7, 21: 7, 1: 8, 17: 8},
    "other": {30: 4, 14: 5, 8: 6, 12: 7, 7: 8},
}
"""Trajectories no longer delivered: trajectory, organisation, last quarter."""


class Unit(NamedTuple):
    """The grain of everything: organisation × region × trajectory."""

    organisation: str
    region: str
    trajectory: str


@dataclass(frozen=True)
class Offers:
    """The units, the role of each organisation in a region, and the places in QUARTERS of what was delivered."""

    units: list[Unit]
    roles: dict[tuple[str, str], str]
    delivered: dict[tuple[str, str], list[int]]
    by_trajectory: dict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))

    def quarters(self, unit: Unit) -> list[int]:
        """The places in QUARTERS of the unit's deliveries."""
        return self.delivered[unit.organisation, unit.trajectory]

    def in_year(self, unit: Unit, year: str) -> list[int]:
        """Those of them in a year."""
        return [place for place in self.quarters(unit) if QUARTERS[place].startswith(year)]

    def declared_not_offered(self) -> dict[tuple[str, int], list[str]]:
        """By organisation and quarter: the trajectories it gave up and says so. About WABZ nothing was said."""
        found: dict[tuple[str, int], list[str]] = {}
        for (organisation, trajectory), places in sorted(self.delivered.items()):
            if trajectory != "wabz":
                for place in range(places[-1] + 1, len(QUARTERS)):
                    found.setdefault((organisation, place), []).append(trajectory)
        return found

    def before(self, unit: Unit, place: int) -> int | None:
        """The most recent earlier delivery, at most four quarters back."""
        earlier = [other for other in self.quarters(unit) if place - 4 <= other < place]
        return earlier[-1] if earlier else None


def make_offers(targets: Targets) -> Offers:
    """The whole structure, from the providers and sizes of Tabel 3.1."""
    found = pairs(targets.providers)
    units = [Unit(pair.organisation, pair.region, name) for pair in found for name in _run_by(pair, targets)]
    roles = {(pair.organisation, pair.region): pair.role for pair in found}
    offers = Offers(units, roles, _calendar(units))
    for unit in units:
        offers.by_trajectory[unit.trajectory].append(unit)
    return offers


def _run_by(pair: Pair, targets: Targets) -> list[str]:
    """The trajectories an organisation runs in a region."""
    ips, outside = _size(pair.region, "ips", targets), _size(pair.region, "non_ips", targets) or 0
    number = int(pair.organisation[-3:])
    if pair.role == "satellite":
        return ["ips"] if (ips or 0) >= SMALL else ["uwv_werkfit"]
    if pair.role == "small":
        return ["other"] if number >= 37 else ["ips", *(["uwv_werkfit"] if number in NEWCOMERS else [])]
    found = ["ips"] if ips is not None else []
    found += ["wabz"] if pair.region in WABZ_REGIONS else []
    found += ["jobcoaching"] if outside >= MEDIUM else []
    found += ["uwv_werkfit"]
    found += ["uwv_naar_werk", "other"] if outside >= LARGE else []
    # Tabel 3.1 has no starts outside IPS in Helmond-De Peel, yet twice the clients: a trajectory new in 2024.
    return [*found, "other"] if pair.region == "helmond_de_peel" else found


def _size(region: str, group: str, targets: Targets) -> int | None:
    """Clients active in both years together; None where nothing is printed."""
    years = [targets.region(region, group, year, "clients_active") for year in ("2023", "2024")]
    return None if years[0] is None else sum(value or 0 for value in years)


def _calendar(units: list[Unit]) -> dict[tuple[str, str], list[int]]:
    """The quarters in which each organisation delivered each trajectory."""
    calendar = {}
    for organisation, _, trajectory in units:
        number = int(organisation[-3:])
        first = max(FIRST[trajectory], LATE.get(number, 0), TAKEN_UP.get(trajectory, {}).get(number, 0))
        if trajectory == "ips" and number in FIRST_REPORT:
            first = 0
        until = GAVE_UP.get(trajectory, {}).get(number, len(QUARTERS) - 1)
        places = [place for place in range(first, until + 1) if place != GAPS.get(number)]
        calendar[organisation, trajectory] = places
    return calendar
