"""Valid deliveries, drawn at random, that look for the corners of the method.

Every delivery keeps the rules of the front door (complete blocks, durable ≤ paid ≤ ever and paid ≤ clients
in total by funding, only quarters and combinations that are valid), so what differs afterwards is the
method's doing. An organisation starts as a dull one that delivers everything every quarter; a handful of
*corners* then spoil its plan: gaps, regions that come and go, groups withheld, quarters withdrawn and so on.
The same seed always gives the same data. Defective files do not belong here, and neither does anything that
computes.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

from hypothesis import strategies as st

from tests.support.oracle import (
    CellKey,
    Delivery,
    Organisation,
    Reference,
    load_reference,
    quarter_before,
    within,
)

QUARTERS = tuple(f"{year}-Q{number}" for year in range(2022, 2026) for number in (1, 2, 3, 4))[3:]
"""2022-Q4, the first quarter there is, up to 2025-Q4."""

TIDY_HEADER = (
    "organisation_id",
    "quarter",
    "region_code",
    "trajectory",
    "measure",
    "breakdown",
    "category",
    "clients",
)

DrawNumber = Callable[[int, int], int]
"""A whole number between two, both included."""

SplitNumber = Callable[[int, int], list[int]]
"""A total spread over so many cells."""


# Organisations -----------------------------------------------------------------------------------------


def random_organisations(seed: int, count: int, quarters: Sequence[str] = QUARTERS) -> list[Organisation]:
    """The organisations ``random_deliveries`` uses for the seed; some begin late, some end in the middle."""
    found = [_organisation(Random(f"{seed}/organisation/{number}"), number, quarters) for number in range(1, count + 1)]
    return [_taken_over(Random(f"{seed}/successor/{one.organisation_id}"), one, found) for one in found]


def _taken_over(rng: Random, one: Organisation, others: Sequence[Organisation]) -> Organisation:
    """Half of those that end go over into another."""
    successors = [other.organisation_id for other in others if other is not one]
    if not one.active_to or not successors or rng.random() < 0.5:
        return one
    return replace(one, taken_over_by=rng.choice(successors))


def _organisation(rng: Random, number: int, quarters: Sequence[str]) -> Organisation:
    active_from, active_to = rng.choice([quarters[0], ""]), ""
    if len(quarters) > 3 and rng.random() < 0.2:
        active_from = rng.choice(quarters[: len(quarters) // 2])
    if len(quarters) > 3 and rng.random() < 0.25:
        active_to = rng.choice(quarters[len(quarters) // 2 :])
    return Organisation(f"org_{number:03d}", f"Voorbeeldorganisatie {number:03d}", active_from, active_to)


def to_organisations_csv(organisations: Sequence[Organisation]) -> str:
    """A home's own ``reference/organisations.csv`` for these organisations."""
    lines = [("organisation_id", "name", "active_from", "active_to", "taken_over_by")]
    lines += [(o.organisation_id, o.name, o.active_from, o.active_to, o.taken_over_by) for o in organisations]
    return _csv(lines)


# Plans: what an organisation will deliver, before there are numbers ------------------------------------


@dataclass
class Slot:
    """One trajectory in one quarter: a mood per region, and the groups that are delivered."""

    moods: dict[str, str]
    groups: set[str]


@dataclass
class Plan:
    """Everything one organisation will send."""

    quarters: list[str]
    pool: list[str]
    slots: dict[tuple[str, str], Slot] = field(default_factory=dict)
    declared: set[tuple[str, str]] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    corners: list[str] = field(default_factory=list)

    def trajectories(self) -> list[str]:
        """The trajectories that still have a quarter."""
        return sorted({trajectory for trajectory, _ in self.slots})

    def of(self, trajectory: str) -> list[tuple[str, Slot]]:
        """The trajectory's quarters, in order of time."""
        return sorted((quarter, slot) for (t, quarter), slot in self.slots.items() if t == trajectory)


Corner = Callable[[Random, Plan], None]


def _stretch(rng: Random, quarters: Sequence[str], longest: int) -> list[str]:
    """Some consecutive quarters, anywhere in the list."""
    start = rng.randrange(len(quarters))
    return list(quarters[start : start + rng.randint(1, longest)])


def _inner_stretch(rng: Random, quarters: Sequence[str], longest: int) -> list[str]:
    """Some consecutive quarters that leave a first and, where there is room, a last one."""
    if len(quarters) < 3:
        return []
    length = rng.randint(1, min(longest, len(quarters) - 2))
    start = rng.randint(1, len(quarters) - 1 - length)
    return list(quarters[start : start + length])


def _one(rng: Random, plan: Plan) -> str:
    return rng.choice(plan.trajectories())


def _gap(rng: Random, plan: Plan) -> None:
    for quarter in _inner_stretch(rng, plan.quarters, 6):
        for trajectory in plan.trajectories():
            plan.slots.pop((trajectory, quarter), None)


def _trajectory_gap(rng: Random, plan: Plan) -> None:
    trajectory = _one(rng, plan)
    for quarter in _inner_stretch(rng, [quarter for quarter, _ in plan.of(trajectory)], 6):
        del plan.slots[trajectory, quarter]


def _trajectory_dropped(rng: Random, plan: Plan) -> None:
    trajectory = _one(rng, plan)
    quarters = [quarter for quarter, _ in plan.of(trajectory)]
    for quarter in quarters[rng.randint(1, len(quarters)) :]:
        del plan.slots[trajectory, quarter]


def _not_offered(rng: Random, plan: Plan) -> None:
    trajectory = _one(rng, plan)
    for quarter in _stretch(rng, [quarter for quarter, _ in plan.of(trajectory)], 5):
        if len(plan.slots) > 1:
            del plan.slots[trajectory, quarter]
            plan.declared.add((trajectory, quarter))


def _withdrawn(rng: Random, plan: Plan) -> None:
    delivered = sorted({quarter for _, quarter in plan.slots})
    plan.withdrawn.update(rng.sample(delivered, min(len(delivered), rng.randint(1, 2))))


def _single_quarter(rng: Random, plan: Plan) -> None:
    kept = rng.choice(sorted({quarter for _, quarter in plan.slots}))
    plan.slots = {key: slot for key, slot in plan.slots.items() if key[1] == kept}


def _late_start(rng: Random, plan: Plan) -> None:
    delivered = sorted({quarter for _, quarter in plan.slots})
    first = rng.choice(delivered[: len(delivered) // 2 + 1])
    plan.slots = {key: slot for key, slot in plan.slots.items() if key[1] >= first}


def _region_in(rng: Random, plan: Plan, present: Callable[[int, int, int], bool]) -> None:
    """Let one region of one trajectory be there in some quarters only, another one being there always."""
    trajectory = _one(rng, plan)
    slots = [slot for _, slot in plan.of(trajectory)]
    region = rng.choice(plan.pool)
    other = rng.choice([name for name in plan.pool if name != region])
    cut = rng.randrange(len(slots))
    back = rng.randint(cut, len(slots))
    for index, slot in enumerate(slots):
        slot.moods.setdefault(region, "steady")
        if not present(index, cut, back):
            del slot.moods[region]
        if not slot.moods:
            slot.moods[other] = "steady"


def _region_vanishes(rng: Random, plan: Plan) -> None:
    _region_in(rng, plan, lambda index, cut, _back: index < cut)


def _region_appears(rng: Random, plan: Plan) -> None:
    _region_in(rng, plan, lambda index, cut, _back: index >= cut)


def _region_returns(rng: Random, plan: Plan) -> None:
    _region_in(rng, plan, lambda index, cut, back: index < cut or index >= back)


def _group_of(rng: Random, plan: Plan, trajectory: str) -> str | None:
    """A group, other than the required one, that the trajectory delivers somewhere."""
    groups = sorted({group for _, slot in plan.of(trajectory) for group in slot.groups} - {"core"})
    return rng.choice(groups) if groups else None


def _group_withheld(rng: Random, plan: Plan) -> None:
    trajectory = _one(rng, plan)
    group = _group_of(rng, plan, trajectory)
    for quarter in _stretch(rng, [quarter for quarter, _ in plan.of(trajectory)], 6):
        plan.slots[trajectory, quarter].groups.discard(group or "")


def _group_late(rng: Random, plan: Plan) -> None:
    trajectory = _one(rng, plan)
    group = _group_of(rng, plan, trajectory)
    slots = [slot for _, slot in plan.of(trajectory)]
    for slot in slots[: rng.randint(1, len(slots))]:
        slot.groups.discard(group or "")


def _mood(mood: str, longest: int) -> Corner:
    """Give one trajectory, in all its regions or one, another mood for a while."""

    def spoil(rng: Random, plan: Plan) -> None:
        trajectory = _one(rng, plan)
        region = rng.choice([*plan.pool, None])
        for quarter in _stretch(rng, [quarter for quarter, _ in plan.of(trajectory)], longest):
            moods = plan.slots[trajectory, quarter].moods
            for name in moods:
                if region is None or name == region:
                    moods[name] = mood

    return spoil


CORNERS: dict[str, Corner] = {
    "gap": _gap,
    "trajectory_gap": _trajectory_gap,
    "trajectory_dropped": _trajectory_dropped,
    "not_offered": _not_offered,
    "withdrawn": _withdrawn,
    "single_quarter": _single_quarter,
    "late_start": _late_start,
    "region_vanishes": _region_vanishes,
    "region_appears": _region_appears,
    "region_returns": _region_returns,
    "group_withheld": _group_withheld,
    "group_late": _group_late,
    "all_zero": _mood("zero", 3),
    "no_paid_work": _mood("jobless", 3),
    "jump_up": _mood("jump_up", 1),
    "jump_down": _mood("jump_down", 1),
    "nervous": _mood("nervous", 13),
    "tiny": _mood("tiny", 13),
}
RARE = ("single_quarter",)


def plan_of(seed: int, organisation: Organisation, quarters: Sequence[str], reference: Reference) -> Plan:
    """What one organisation will deliver, corners included; ``plan.corners`` names them."""
    rng = Random(f"{seed}/plan/{organisation.organisation_id}")
    plan = _dull_plan(rng, seed, organisation, quarters, reference)
    often = [name for name in CORNERS if name not in RARE]
    plan.corners = rng.sample(often, rng.randint(3, 7)) + [name for name in RARE if rng.random() < 0.08]
    for name in plan.corners:
        if plan.slots:
            CORNERS[name](rng, plan)
    for trajectory, registered in sorted(reference.registered_from.items()):
        if trajectory not in plan.trajectories() and rng.random() < 0.1:
            later = [quarter for quarter in plan.quarters if quarter >= registered]
            plan.declared.update((trajectory, quarter) for quarter in later if rng.random() < 0.5)
    return plan


def _dull_plan(
    rng: Random, seed: int, organisation: Organisation, quarters: Sequence[str], reference: Reference
) -> Plan:
    """One to four trajectories and regions, everything delivered in every quarter of its life."""
    life = [q for q in quarters if within(q, organisation.active_from, organisation.active_to)]
    plan = Plan(life, _pool(rng, seed, reference))
    others = [trajectory for trajectory in reference.trajectory_names if trajectory != "ips"]
    trajectories = rng.sample(others, rng.randint(0, 3))
    if not trajectories or rng.random() < 0.7:
        trajectories.append("ips")
    for trajectory in trajectories:
        regions = sorted(rng.sample(plan.pool, rng.randint(1, len(plan.pool) - 1)))
        never = {group for group in _OPTIONAL_GROUPS if rng.random() < 0.1}
        for quarter in life:
            groups = groups_of(reference, trajectory, quarter)
            if groups:
                plan.slots[trajectory, quarter] = Slot(dict.fromkeys(regions, "steady"), groups - never)
    return plan


_OPTIONAL_GROUPS = ("work", "education", "unpaid_work", "time_to_first_job", "job_duration")


def groups_of(reference: Reference, trajectory: str, quarter: str) -> set[str]:
    """The groups that have cells valid for the trajectory in the quarter."""
    return {row.group for row in reference.valid_rows(trajectory, quarter)}


def _pool(rng: Random, seed: int, reference: Reference) -> list[str]:
    """Two to four regions, mostly out of six that the seed's organisations share."""
    everywhere = sorted(reference.region_names)
    shared = Random(f"{seed}/regions").sample(everywhere, 6)
    pool = rng.sample(shared, rng.randint(2, 3))
    if rng.random() < 0.4:
        pool.append(rng.choice([region for region in everywhere if region not in pool]))
    return pool


def _black_out(plan: Plan, seed: int, quarters: Sequence[str], reference: Reference) -> None:
    """Take out what nobody, nationwide, delivers under this seed."""
    rng = Random(f"{seed}/nationwide")
    trajectories = sorted(reference.trajectory_names)
    for _ in range(3):
        plan.slots.pop((rng.choice(trajectories), rng.choice(quarters)), None)
    for _ in range(4):
        slot = plan.slots.get((rng.choice(trajectories), rng.choice(quarters)))
        group = rng.choice(["unpaid_work", "work"])
        if slot is not None:
            slot.groups.discard(group)
    silent = rng.choice(quarters)
    if rng.random() < 0.25:
        for trajectory in trajectories:
            plan.slots.pop((trajectory, silent), None)
    workless = rng.choice(quarters)
    if rng.random() < 0.35:
        for trajectory in trajectories:
            plan.slots.get((trajectory, workless), Slot({}, set())).groups.discard("work")


# Numbers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sizes:
    """The totals of one block; ``ceiling`` bounds every cell that has no total of its own."""

    totals: dict[str, int]
    ceiling: int


def _next_stock(rng: Random, mood: str, stock: int) -> int:
    """The number of clients after a quarter in that mood."""
    if mood == "zero":
        return 0
    if mood == "tiny":
        return rng.randint(0, 3)
    if mood == "jump_up":
        return stock * 3 + rng.randint(5, 40)
    if mood == "jump_down":
        return stock // rng.randint(4, 10)
    if mood == "nervous":
        return rng.randint(0, 60)
    return max(0, stock + rng.randint(-4, 6))


def _sizes(rng: Random, mood: str, stock: int) -> Sizes:
    """The totals of a block with that many clients."""
    if mood == "zero":
        return Sizes(dict.fromkeys(_TOTALLED, 0), 0)
    churn = 2 if mood == "tiny" else max(2, stock // rng.choice([2, 4, 8]))
    paid = 0 if mood == "jobless" else rng.randint(0, stock)
    totals = {
        "clients": stock,
        "ended": rng.choice([0, rng.randint(0, churn), rng.randint(0, 2 * churn)]),
        "paid_work": paid,
        "ever_paid_work": paid + rng.randint(0, churn),
        "durable_paid_work": rng.choice([0, paid, rng.randint(0, paid), rng.randint(0, paid)]),
        "started_paid_work": rng.randint(0, churn),
        "stopped_paid_work": rng.randint(0, churn),
    }
    return Sizes(totals, churn)


_TOTALLED = (
    "clients",
    "ended",
    "paid_work",
    "ever_paid_work",
    "durable_paid_work",
    "started_paid_work",
    "stopped_paid_work",
)
_PARTIAL = ("type", "stage")
"""Breakdowns that may fall short of the total without being an error."""


@dataclass(frozen=True)
class Blocks:
    """Makes complete blocks, out of whatever source of numbers it is given."""

    reference: Reference
    number: DrawNumber
    split: SplitNumber

    def block(self, region: str, trajectory: str, quarter: str, groups: set[str], sizes: Sizes) -> dict[CellKey, int]:
        """Every required cell of the delivered groups for one region, and now and then an optional one."""
        categories: dict[tuple[str, str], list[str]] = {}
        for row in self.reference.valid_rows(trajectory, quarter):
            if row.group in groups and (not row.optional or self.number(0, 1) == 1):
                categories.setdefault((row.measure, row.breakdown), []).append(row.category)
        cells: dict[CellKey, int] = {}
        for (measure, breakdown), names in categories.items():
            if measure in sizes.totals:
                size = sizes.totals[measure]
                if breakdown in _PARTIAL and self.number(0, 4) == 4:
                    size = self.number(0, size)
                values = self.split(size, len(names))
            else:
                values = [self.number(0, sizes.ceiling) for _ in names]
            for name, value in zip(names, values, strict=True):
                cells[region, trajectory, measure, breakdown, name] = value
        return cells


def _split_at_random(rng: Random) -> SplitNumber:
    """Spread a total by cutting it in random places."""

    def split(size: int, count: int) -> list[int]:
        cuts = sorted(rng.randint(0, size) for _ in range(count - 1))
        return [upper - lower for lower, upper in zip([0, *cuts], [*cuts, size], strict=True)]

    return split


def _split_in_one(size: int, count: int) -> list[int]:
    """Put a total in one cell, another one for another total: varied without anything to draw."""
    return [size if index == size % count else 0 for index in range(count)]


# Deliveries --------------------------------------------------------------------------------------------


def random_deliveries(
    seed: int,
    organisations: int | Sequence[Organisation] = 12,
    quarters: Sequence[str] = QUARTERS,
    reference: Reference | None = None,
) -> list[Delivery]:
    """Deliveries in force, sorted by organisation and quarter; the same seed gives the same data.

    ``organisations`` is a number, for the ones ``random_organisations`` gives for this seed, or a list of
    one's own. ``quarters`` is a run of consecutive quarters that have ended.
    """
    reference = reference or standard_reference()
    if isinstance(organisations, int):
        organisations = random_organisations(seed, organisations, quarters)
    found: list[Delivery] = []
    for organisation in organisations:
        plan = plan_of(seed, organisation, quarters, reference)
        _black_out(plan, seed, quarters, reference)
        found += _fill(Random(f"{seed}/numbers/{organisation.organisation_id}"), organisation, plan, reference)
    return found


@cache
def standard_reference() -> Reference:
    """The project's own reference lists, read once."""
    return load_reference()


def _fill(rng: Random, organisation: Organisation, plan: Plan, reference: Reference) -> list[Delivery]:
    """Put numbers in a plan; a stock lives on while it is not delivered."""
    blocks = Blocks(reference, rng.randint, _split_at_random(rng))
    stocks: dict[tuple[str, str], int] = {}
    found = []
    for quarter in plan.quarters:
        cells: dict[CellKey, int] = {}
        for trajectory in plan.trajectories():
            slot = plan.slots.get((trajectory, quarter), Slot({}, set()))
            for region, mood in sorted(slot.moods.items()):
                before = stocks.get((trajectory, region), rng.choice([0, 2, 10, 40, 150]))
                stock = stocks[trajectory, region] = _next_stock(rng, mood, before)
                cells |= blocks.block(region, trajectory, quarter, slot.groups, _sizes(rng, mood, stock))
        declared = [("not_offered", t) for t, q in sorted(plan.declared) if q == quarter]
        found += _delivery(organisation.organisation_id, quarter, cells, declared, quarter in plan.withdrawn)
    return found


def _delivery(
    organisation_id: str,
    quarter: str,
    cells: dict[CellKey, int],
    not_offered: Sequence[tuple[str, str]],
    withdrawn: bool,
) -> list[Delivery]:
    """The delivery, none when there would be nothing in it."""
    if withdrawn:
        return [Delivery(organisation_id, quarter, {}, [("withdrawn", None)])]
    if not cells and not not_offered:
        return []
    return [Delivery(organisation_id, quarter, cells, list(not_offered))]


# The tidy file -----------------------------------------------------------------------------------------


def to_tidy_csv(delivery: Delivery) -> str:
    """The delivery as the file an organisation would send."""
    lines: list[tuple[object, ...]] = [TIDY_HEADER]
    who_and_when = (delivery.organisation_id, delivery.quarter)
    for category, trajectory in delivery.declarations:
        lines.append((*who_and_when, "", trajectory or "", "declaration", "", category, ""))
    for key, clients in delivery.cells.items():
        lines.append((*who_and_when, *key, clients))
    return _csv(lines)


def _csv(lines: Sequence[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


# Small cases that shrink -------------------------------------------------------------------------------


@st.composite
def deliveries(
    draw: st.DrawFn, organisations: int = 2, regions: int = 2, trajectories: int = 2, quarters: int = 6
) -> list[Delivery]:
    """Small valid sets of deliveries by organisations of the standard list: at most so many of each."""
    reference = standard_reference()
    last = draw(st.sampled_from(QUARTERS[quarters - 1 :]))
    some = st.lists(st.sampled_from(list(reference.trajectory_names)), min_size=1, max_size=trajectories, unique=True)
    case = _SmallCase(draw, reference, draw(some), sorted(reference.region_names)[:regions])
    found: list[Delivery] = []
    for organisation_id in sorted(reference.organisations)[: draw(st.integers(1, organisations))]:
        for back in reversed(range(quarters)):
            found += case.delivery(organisation_id, quarter_before(last, back))
    return found


@dataclass(frozen=True)
class _SmallCase:
    """Draws deliveries with small numbers, for the same few trajectories and regions."""

    draw: st.DrawFn
    reference: Reference
    trajectories: list[str]
    regions: list[str]

    def delivery(self, organisation_id: str, quarter: str) -> list[Delivery]:
        """One organisation's quarter: each trajectory delivered, left out or declared, or all withdrawn."""
        cells: dict[CellKey, int] = {}
        declared = []
        for trajectory in self.trajectories:
            groups = groups_of(self.reference, trajectory, quarter)
            choices = ["delivered", "delivered", "delivered", "absent", "not_offered"]
            what = self.draw(st.sampled_from(choices)) if groups else "absent"
            if what == "not_offered":
                declared.append(("not_offered", trajectory))
            if what == "delivered":
                cells |= self._trajectory(trajectory, quarter, sorted(groups))
        withdrawn = bool(cells) and self._number(0, 9) == 9
        return _delivery(organisation_id, quarter, cells, declared, withdrawn)

    def _trajectory(self, trajectory: str, quarter: str, groups: list[str]) -> dict[CellKey, int]:
        kept = {"core"} | {group for group in groups if group != "core" and self.draw(st.booleans())}
        blocks = Blocks(self.reference, self._number, _split_in_one)
        cells: dict[CellKey, int] = {}
        for region in sorted(self.draw(st.sets(st.sampled_from(self.regions), min_size=1))):
            cells |= blocks.block(region, trajectory, quarter, kept, self._sizes("work" in kept))
        return cells

    def _sizes(self, work: bool) -> Sizes:
        totals = {"clients": self._number(0, 12), "ended": self._number(0, 6)}
        if work:
            totals["paid_work"] = self._number(0, totals["clients"])
            totals["ever_paid_work"] = totals["paid_work"] + 1
            totals["durable_paid_work"] = self._number(0, totals["paid_work"])
            totals["started_paid_work"] = self._number(0, 4)
            totals["stopped_paid_work"] = self._number(0, 4)
        return Sizes(totals, 3)

    def _number(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))
