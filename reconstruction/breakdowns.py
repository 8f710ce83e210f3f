"""Every other cell of a delivery: by funding, type, stage, duration, activity and reason, adding up as in life.

Printed quarters and shares come out exactly; between them the shares run along an assumed course. The totals that are
broken down here come from `core.py`, `stocks.py`, `durable.py` and `funding.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from reconstruction.core import LATEST, CoreNumbers, Place
from reconstruction.funding import KINDS
from reconstruction.offers import Offers, Unit
from reconstruction.stocks import AT_WORK, StockNumbers
from reconstruction.structure import QUARTERS
from reconstruction.tables import Table, allocate, share_out, tilt
from reconstruction.targets import Targets

Cells = dict[tuple[str, str, str], int]
"""(measure, breakdown, category) → clients."""

TYPES = ("cmd_2y", "epa_3y", "other_type")
TYPE_SHARES = ((0.117, 0.697, 0.186), (0.128, 0.697, 0.175), (0.138, 0.695, 0.167), (0.147, 0.694, 0.159),
               (0.155, 0.693, 0.152), (0.163, 0.692, 0.145), (0.171, 0.691, 0.138), (0.186, 0.691, 0.123),
               (0.194, 0.690, 0.116), (0.192, 0.691, 0.117))  # fmt: skip
THREE_YEAR_PLACED = {6: 0.366, 7: 0.363, 8: 0.360}
"""Three-year clients in paid work, from 2024-Q2 on: a little fewer each quarter, and in the end below all of IPS."""

PLACED_BY_FUNDING = (1.08, 0.90, 1.05)
DURATIONS = ("lt_3_months", "3_to_9_months", "gt_9_months")
DURATION_SHARES = (0.31, 0.28, 0.41)
JOB_DURATIONS = ("lt_6_months", "6_to_12_months", "gt_12_months")
ACTIVITIES = ("day_activity", "volunteer_or_work_experience", "trial_placement")
OUTFLOW = ("paid_work_at_end", "paid_work_before_end", "never_paid_work")
AT_END_SHARE = {"ips": 0.72, "wabz": 0.75, "jobcoaching": 0.92, "other": 0.77}
REQUESTED = 0.04

UNPAID_MEANS = {
    "day_activity": {"ips": (205, 222), "wabz": (12, 10), "other": (30, 37)},
    "volunteer_or_work_experience": {"ips": (398, 530), "wabz": (25, 29), "other": (32, 34)},
    "trial_placement": {"ips": (128, 128), "wabz": (3, 3), "other": (9, 9)},
}
"""Means of 2023 and 2024: printed are only the changes of the sums, 22 (8,9 %), 138 (30,3 %) and none."""

UNKNOWN_TYPES = 19
"""2025-Q1: clients without a type, so that the printed 69,1 % and 19,2 % of those with one come out."""


@dataclass
class Breakdowns:
    """Fills the cells of all units and quarters."""

    offers: Offers
    targets: Targets
    core: CoreNumbers
    work: StockNumbers
    durable: dict[Place, int]
    education: StockNumbers
    funding: dict[Place, list[int]]
    cells: dict[Place, Cells] = field(default_factory=lambda: defaultdict(dict))

    def fill(self) -> dict[Place, Cells]:
        """All cells."""
        for place in range(len(QUARTERS)):
            for name, units in self.offers.by_trajectory.items():
                present = [unit for unit in units if (unit, place) in self.core.clients]
                if present:
                    self._trajectory(name, place, present)
        self._types()
        return self.cells

    def _trajectory(self, name: str, place: int, units: list[Unit]) -> None:
        self._clients(units, place)
        if name in AT_WORK:
            self._paid(name, place, units)
            self._unpaid(name, place, units)
        if name == "ips":
            self._stages(place, units)
            self._education_and_first_job(place, units)
        if name == "jobcoaching":
            self._job_duration(place, units)
        if name.startswith("uwv_"):
            self._uwv_outflow(place, units)
        else:
            self._outflow(name, place, units)

    def _put(self, units: Sequence[Unit], place: int, key: tuple[str, str], names: Sequence[str], table: Table) -> None:
        """Write a table of a measure and breakdown, one row per unit."""
        for unit, line in zip(units, table, strict=True):
            for name, value in zip(names, line, strict=True):
                self.cells[unit, place][*key, name] = value

    def _put_total(self, units: Sequence[Unit], place: int, measure: str, part: dict[Place, int]) -> None:
        self._put(units, place, (measure, "total"), ["total"], [[part[unit, place]] for unit in units])

    # Clients and paid work by funding -----------------------------------------------------------------------

    def _clients(self, units: list[Unit], place: int) -> None:
        for unit in units:
            if unit.trajectory.startswith("uwv_"):
                self._put([unit], place, ("clients", "funding"), ["uwv"], [[self.core.clients[unit, place]]])
            else:
                self._put([unit], place, ("clients", "funding"), KINDS, [self.funding[unit, place]])

    def _paid(self, name: str, place: int, units: list[Unit]) -> None:
        """Paid work among the clients of each funding, durable among those, ever besides."""
        clients = [self.funding[unit, place] for unit in units]
        paid = self._within(clients, self._of(self.work.stock, units, place), self._municipal(name, place))
        self._put(units, place, ("paid_work", "funding"), KINDS, paid)
        durable = self._within(paid, self._of(self.durable, units, place))
        self._put(units, place, ("durable_paid_work", "funding"), KINDS, durable)
        for flow, part in (("started", self.work.started), ("stopped", self.work.stopped)):
            self._put_total(units, place, f"{flow}_paid_work", part)
        if place == 0:
            return
        more = [self.work.ever[unit, place] - self.work.stock[unit, place] for unit in units]
        left = [[c - p for c, p in zip(*pair, strict=True)] for pair in zip(clients, paid, strict=True)]
        extra = self._within(left, more)
        ever = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(paid, extra, strict=True)]
        self._put(units, place, ("ever_paid_work", "funding"), KINDS, ever)

    def _municipal(self, name: str, place: int) -> int | None:
        """The printed paid work of IPS paid by municipalities, 2025-Q1."""
        if (name, place) != ("ips", LATEST):
            return None
        return self.targets.count(QUARTERS[place], name, "paid_work", "funding=gemeente")

    def _of(self, part: dict[Place, int], units: Sequence[Unit], place: int) -> list[int]:
        return [part[unit, place] for unit in units]

    def _within(self, caps: Table, rows: list[int], second: int | None = None) -> Table:
        """Part each row's number over the columns of its caps; the second column's total may be given."""
        weights = [[cap * factor for cap, factor in zip(line, PLACED_BY_FUNDING, strict=True)] for line in caps]
        scaled = [[row * value / (sum(line) or 1.0) for value in line] for row, line in zip(rows, weights, strict=True)]
        sums = [sum(line[column] for line in scaled) for column in range(3)]
        if second is None:
            columns = share_out(sum(rows), sums, [sum(line[c] for line in caps) for c in range(3)])
        else:
            first = round((sum(rows) - second) * sums[0] / (sums[0] + sums[2]))
            columns = [first, second, sum(rows) - second - first]
        return allocate(rows, columns, weights, caps)

    # Type of IPS ------------------------------------------------------------------------------------------

    def _types(self) -> None:
        """Clients, paid and durable work by type; two-year trajectories reach the printed placement."""
        placed = self._placed_by_year()
        for place in range(len(QUARTERS)):
            units = [unit for unit in self.offers.by_trajectory["ips"] if (unit, place) in self.core.clients]
            clients = [self._values(unit, place, "clients", TYPES) for unit in units]
            rows = self._of(self.work.stock, units, place)
            two_year = placed[place]
            rest = sum(rows) - two_year
            others = [sum(line[column] for line in clients) for column in (1, 2)]
            columns = [two_year, *share_out(rest, others)]
            if place in THREE_YEAR_PLACED:
                three_year = round(THREE_YEAR_PLACED[place] * others[0])
                columns = [two_year, three_year, rest - three_year]
            paid = allocate(rows, columns, [[max(c, 0.1) for c in line] for line in clients], clients)
            self._put(units, place, ("paid_work", "type"), TYPES, paid)
            durable_rows = self._of(self.durable, units, place)
            whole = share_out(sum(durable_rows), [sum(line[column] for line in paid) for column in range(3)])
            durable = allocate(durable_rows, whole, [[max(p, 0.1) for p in line] for line in paid], paid)
            self._put(units, place, ("durable_paid_work", "type"), TYPES, durable)

    def _values(self, unit: Unit, place: int, measure: str, names: Sequence[str]) -> list[int]:
        return [self.cells[unit, place][measure, "type", name] for name in names]

    def _placed_by_year(self) -> list[int]:
        """Two-year clients in paid work per quarter: the printed percentage of the year's sum of quarters."""
        sizes = []
        for place in range(len(QUARTERS)):
            units = [unit for unit in self.offers.by_trajectory["ips"] if (unit, place) in self.core.clients]
            self._client_types(place, units)
            sizes.append(sum(self.cells[unit, place]["clients", "type", "cmd_2y"] for unit in units))
        found = [round(0.30 * sizes[0])]
        for year in ("2023", "2024", "2025"):
            chosen = [place for place, quarter in enumerate(QUARTERS) if quarter.startswith(year)]
            percentage = self.targets.figure(year, "ips", "pct_paid_work", "type=cmd_2y")
            found += share_out(round(percentage * sum(sizes[p] for p in chosen) / 100), [sizes[p] for p in chosen])
        return found

    def _client_types(self, place: int, units: list[Unit]) -> None:
        rows = self._of(self.core.clients, units, place)
        columns = share_out(sum(rows), TYPE_SHARES[place])
        if place == 0:
            words = ("type=cmd_2y", "type=epa_3y", "type=unknown")
            shares = [self.targets.figure("2022-Q4", "ips", "share_of_active", word) for word in words]
            columns = share_out(sum(rows), shares)
        if place == LATEST:
            unknown = share_out(UNKNOWN_TYPES, [value if value > 100 else 0 for value in rows])
            rows = [value - missing for value, missing in zip(rows, unknown, strict=True)]
            known = [self.targets.count("2025-Q1", "ips", "clients_active", f"type={name}") for name in TYPES[:2]]
            columns = [*known, sum(rows) - sum(known)]
        weights = [
            [share * tilt(row, column + 7) * max(size, 1) for column, share in enumerate(TYPE_SHARES[place])]
            for row, size in enumerate(rows)
        ]
        self._put(units, place, ("clients", "type"), TYPES, allocate(rows, columns, weights))

    # Stage, education, first job, unpaid work, job duration -------------------------------------------------

    def _stages(self, place: int, units: list[Unit]) -> None:
        """Requested or approved; in the first report also an orientation phase beside the clients."""
        for measure, part in (("clients", self.core.clients), ("ended", self.core.ended)):
            rows = self._of(part, units, place)
            requested = round(REQUESTED * sum(rows) * (1.0 if measure == "clients" else 0.6))
            if place == 0:
                figure = f"{measure}_active" if measure == "clients" else "clients_ended"
                requested = self.targets.count("2022-Q4", "ips", figure, "stage=requested")
                stage = "clients_in_stage" if measure == "clients" else "clients_ended"
                aside = self.targets.count("2022-Q4", "ips", stage, "stage=orientation")
                sizes = self._of(self.core.clients, units, place)
                spread = share_out(aside, [value * tilt(row, 3) for row, value in enumerate(sizes)])
                self._put(units, place, (measure, "stage"), ["orientation"], [[value] for value in spread])
            weights = [[REQUESTED * tilt(n, 4, 0.8), 1 - REQUESTED] for n in range(len(rows))]
            table = allocate(rows, [requested, sum(rows) - requested], weights)
            self._put(units, place, (measure, "stage"), ["requested", "approved"], table)

    def _education_and_first_job(self, place: int, units: list[Unit]) -> None:
        """From 2023-Q1 on."""
        if place == 0:
            return
        parts = (("following", self.education.stock), ("started", self.education.started))
        for name, part in (*parts, ("stopped", self.education.stopped)):
            table = [[value] for value in self._of(part, units, place)]
            self._put(units, place, ("education", "status"), [name], table)
        rows = self._of(self.work.stock, units, place)
        shares: Sequence[float] = DURATION_SHARES
        if place == LATEST:
            words = ("time=lt_3m", "time=3_to_9m", "time=gt_9m")
            shares = [self.targets.figure("2025-Q1", "ips", "time_to_first_job", word) for word in words]
        weights = [[share * tilt(n, c) for c, share in enumerate(shares)] for n in range(len(rows))]
        table = allocate(rows, share_out(sum(rows), shares), weights)
        self._put(units, place, ("time_to_first_job", "duration"), DURATIONS, table)

    def _unpaid(self, name: str, place: int, units: list[Unit]) -> None:
        """From 2023-Q1 on: the year's mean, rising a little from quarter to quarter; 2025-Q1 as printed."""
        if place == 0:
            return
        printed = ("unpaid_day_activity", "unpaid_volunteer_or_wep", "unpaid_trial_placement")
        sizes = self._of(self.core.clients, units, place)
        for column, (activity, figure) in enumerate(zip(ACTIVITIES, printed, strict=True)):
            if place == LATEST:
                whole = self.targets.count("2025-Q1", name, figure)
            else:
                whole = _along(UNPAID_MEANS[activity][name], place, 1 if name == "ips" else 3)
            weights = [value * tilt(row, column) for row, value in enumerate(sizes)]
            table = [[value] for value in share_out(whole, weights, sizes)]
            self._put(units, place, ("unpaid_work", "activity"), [activity], table)

    def _job_duration(self, place: int, units: list[Unit]) -> None:
        """As printed in 2025-Q1 (two clients without); longer than a year as printed for the years before."""
        rows = self._of(self.core.clients, units, place)
        if place == LATEST:
            words = ("duration=lt_6m", "duration=6_to_12m", "duration=gt_12m")
            columns = [self.targets.count("2025-Q1", "jobcoaching", "job_duration", word) for word in words]
        else:
            known, long = self._long_jobs(place)
            short = share_out(known - long, (0.55, 0.45))
            columns = [*short, long]
        missing = share_out(sum(rows) - sum(columns), rows)
        rows = [value - unknown for value, unknown in zip(rows, missing, strict=True)]
        weights = [[max(c, 0.1) * tilt(n, k) for k, c in enumerate(columns)] for n in range(len(rows))]
        self._put(units, place, ("job_duration", "duration"), JOB_DURATIONS, allocate(rows, columns, weights))

    def _long_jobs(self, place: int) -> tuple[int, int]:
        """Known durations and those over a year in a quarter, so that the year prints its percentage."""
        year = QUARTERS[place][:4]
        places = [p for p, quarter in enumerate(QUARTERS) if quarter.startswith(year)]
        sizes = {
            p: sum(v for (unit, at), v in self.core.clients.items() if at == p and unit.trajectory == "jobcoaching")
            for p in places
        }
        percentage = self.targets.figure(year, "jobcoaching", "job_duration", "duration=gt_12m")
        whole = sum(sizes.values())
        unknown = next(n for n in range(whole) if _prints(round(percentage * (whole - n) / 100), whole - n, percentage))
        missing = dict(zip(places, share_out(unknown, list(sizes.values())), strict=True))
        known = [sizes[p] - missing[p] for p in places]
        long = share_out(round(percentage * (whole - unknown) / 100), known)
        return known[places.index(place)], long[places.index(place)]

    # Outflow ----------------------------------------------------------------------------------------------

    def _outflow(self, name: str, place: int, units: list[Unit]) -> None:
        """With result: in paid work at the end or before; without: never. Only 2022-Q4 knew less."""
        ended, with_result = self._of(self.core.ended, units, place), self._of(self.core.with_result, units, place)
        without = [c - r for c, r in zip(ended, with_result, strict=True)]
        if place == 0:
            unknown = self.targets.count("2022-Q4", name, "clients_ended", "outflow=unknown")
            spread = share_out(unknown, without, without)
            table = [[r, n - u, u] for r, n, u in zip(with_result, without, spread, strict=True)]
            self._put(units, place, ("ended", "work"), (OUTFLOW[0], "not_in_paid_work_at_end", "unknown"), table)
            return
        most = self._most_at_end(units, place)
        at_end = share_out(min(sum(most), self._at_end(name, place, sum(with_result))), with_result, most)
        table = [[a, r - a, n] for a, r, n in zip(at_end, with_result, without, strict=True)]
        self._put(units, place, ("ended", "work"), OUTFLOW, table)

    def _at_end(self, name: str, place: int, with_result: int) -> int:
        """How many ended in paid work: as printed in 2025-Q1 (jobcoaching: all of them), else a usual share."""
        if place != LATEST or name == "other":
            return round(AT_END_SHARE[name] * with_result)
        if name == "jobcoaching":
            return with_result
        return self.targets.count("2025-Q1", name, "clients_ended", "outflow=paid_work_at_end")

    def _most_at_end(self, units: list[Unit], place: int) -> list[int]:
        """No more than were in or started paid work, as far as that is registered and known."""
        found = []
        for unit in units:
            most = self.core.with_result[unit, place]
            if unit.trajectory in AT_WORK and (unit, place - 1) in self.work.stock:
                most = min(most, self.work.stock[unit, place - 1] + self.work.started[unit, place])
            found.append(most)
        return found

    def _uwv_outflow(self, place: int, units: list[Unit]) -> None:
        without = [self.core.ended[unit, place] - self.core.with_result[unit, place] for unit in units]
        early = share_out(round(0.4 * sum(without)), without, without)
        table = [
            [self.core.with_result[unit, place], n - e, e] for unit, n, e in zip(units, without, early, strict=True)
        ]
        self._put(units, place, ("ended", "result"), ("with_result", "without_result", "ended_early"), table)


def _along(means: tuple[int, int], place: int, first: int) -> int:
    """A quarter's number on a gentle rise whose mean over the year's quarters is given."""
    year = 0 if QUARTERS[place].startswith("2023") else 1
    places = [p for p in range(first, LATEST) if QUARTERS[p][:4] == QUARTERS[place][:4]]
    whole = means[year] * len(places)
    return share_out(whole, [1 + 0.04 * p for p in places])[places.index(place)]


def _prints(part: int, whole: int, percentage: float) -> bool:
    """Whether part / whole rounds to the percentage beyond doubt."""
    return abs(100 * part / whole - percentage) < 0.0499
