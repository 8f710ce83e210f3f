"""What can befall a valid delivery on its way to us: one corruption each, by kind, with what becomes of it.

A kind says by `becomes` what the gate makes of it: *rejected* (an error), *warned* (a warning that the delivery did not
have), *asked again* (a warning that it did have, now with another number), *harmless* (the same staged cells) or
*unseen*. What can be unseen is a blind spot: no rule of CONTRACT § 2 can tell it from a right delivery.
tests/integration/test_corruptions.py proves each word, `blind_spots` writes them down for readers. The same kind and
seed always give the same file. The kinds stand in `corruptions_of_numbers` and `corruptions_of_files`; here is what
they are made with. A kind that is named after the limit of a rule takes it from CONTRACT § 2, not from the gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from random import Random

from tests.support.broken_files import Line, tidy_csv
from tests.support.oracle import Delivery
from tests.support.random_deliveries import QUARTERS, random_deliveries, standard_reference, to_tidy_csv

ORGANISATION, QUARTER, REGION, TRAJECTORY, MEASURE, BREAKDOWN, CATEGORY, CLIENTS = range(8)
WORLDS = 33  # sets of deliveries to draw from: seeds of random_deliveries, three quarters each
IN_NO_RULE = ("unpaid_work", "education", "stopped_paid_work")  # measures that a rule holds below a limit, no more
SOME = 5  # how many more may have ended or stopped than there are (CONTRACT § 2)
PARTS_OF = {"started_paid_work": "paid_work", "job_duration": "clients", "time_to_first_job": "ever_paid_work"}


# Deliveries --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """A delivery in force, in the world it belongs to: a seed of random deliveries."""

    world: int
    organisation: str
    quarter: str


@dataclass(frozen=True)
class Sent:
    """A delivery about to be corrupted: its rows, those of the quarter before, those of others in the same quarter."""

    rows: list[Line]
    before: list[Line]
    others: dict[str, list[Line]]

    def where(self, fits: Callable[[Line], bool]) -> list[int]:
        """Which rows are cells that must be there, and fit."""
        return [place for place, row in enumerate(self.rows) if is_required(row) and fits(row)]

    def groups(self, rows: Iterable[Line] | None = None) -> list[tuple[str, str]]:
        """The trajectories with their groups."""
        return list(dict.fromkeys((row[TRAJECTORY], group_of(row)) for row in rows or self.rows if is_cell(row)))

    def blocks(self) -> list[tuple[str, str]]:
        """The regions of each trajectory."""
        return list(dict.fromkeys((row[REGION], row[TRAJECTORY]) for row in self.rows if is_cell(row)))


@cache
def world(seed: int) -> dict[Source, Delivery]:
    """Three quarters of a few organisations."""
    first = seed % (len(QUARTERS) - 2)
    found = random_deliveries(seed, 8, QUARTERS[first : first + 3])
    return {Source(seed, one.organisation_id, one.quarter): one for one in found}


@cache
def _to_draw_from() -> list[Source]:
    """The deliveries with cells of which the organisation delivered the quarter before too."""
    return [one for seed in range(WORLDS) for one in world(seed) if world(seed)[one].cells and _continues(one)]


def _continues(one: Source) -> bool:
    """Whether the quarter before is all that it is held against: no trajectory comes back that was not in it."""
    there, before = world(one.world), _before(one)
    if before not in there or not there[before].cells:
        return False
    now, last, earlier = (_trajectories(there.get(name)) for name in (one, before, _before(before)))
    return not (now & earlier) - last


def _trajectories(delivery: Delivery | None) -> set[str]:
    return {trajectory for _, trajectory, *_ in delivery.cells} if delivery else set()


def _before(one: Source) -> Source:
    return Source(one.world, one.organisation, QUARTERS[QUARTERS.index(one.quarter) - 1])


def lines(delivery: Delivery) -> list[Line]:
    """The rows of a delivery, below the header."""
    return [line.split(",") for line in to_tidy_csv(delivery).splitlines()[1:]]


@cache
def _sent(one: Source) -> Sent:
    there = world(one.world)
    others = [name for name in there if name.quarter == one.quarter and name != one and there[name].cells]
    return Sent(
        lines(there[one]), lines(there[_before(one)]), {name.organisation: lines(there[name]) for name in others}
    )


# Kinds -------------------------------------------------------------------------------------------------

Made = list[Line] | str | bytes | None
"""Rows, a text or bytes; None where this cannot befall that delivery."""
Corrupt = Callable[[Random, Sent], Made]


@dataclass(frozen=True)
class Kind:
    """A way to spoil a delivery, in words, and all that can become of it."""

    name: str
    what: str
    becomes: frozenset[str]
    corrupt: Corrupt

    @property
    def is_blind_spot(self) -> bool:
        """Whether some or all of it passes without a word."""
        return not self.becomes <= {"rejected", "warned", "harmless"}


_KINDS: dict[str, Kind] = {}


@cache
def kinds() -> dict[str, Kind]:
    """All of them, by name."""
    for name in ("numbers", "files"):
        import_module(f"tests.support.corruptions_of_{name}")
    return _KINDS


def corrupted(kind: str, seed: int) -> tuple[Source, bytes]:
    """A case: the delivery that was drawn, and the file that it became."""
    rng = Random(f"{kind}/{seed}")
    for _ in range(5_000):
        source = rng.choice(_to_draw_from())
        made = kinds()[kind].corrupt(rng, _sent(source))
        if made is not None:
            return source, _as_bytes(made)
    raise LookupError(f"no delivery that {kind} can befall")


def _as_bytes(made: list[Line] | str | bytes) -> bytes:
    text = tidy_csv(made) if isinstance(made, list) else made
    return text.encode() if isinstance(text, str) else text


def kind(*becomes: str) -> Callable[[Corrupt], Corrupt]:
    """Registers a corruption under its name; its docstring is what it is called."""

    def registered(corrupt: Corrupt) -> Corrupt:
        register(corrupt.__name__, (corrupt.__doc__ or "").strip(), becomes, corrupt)
        return corrupt

    return registered


def register(name: str, what: str, becomes: Iterable[str], corrupt: Corrupt) -> None:
    """As `kind`, for one that is made in a loop."""
    assert name not in _KINDS and what.endswith(".")
    _KINDS[name] = Kind(name, what, frozenset(becomes), corrupt)


# What the rows hold ------------------------------------------------------------------------------------


def is_cell(row: Line) -> bool:
    return row[MEASURE] != "declaration"


@cache
def _asked() -> dict[tuple[str, ...], tuple[str, bool]]:
    rows = standard_reference().dictionary
    return {(row.trajectory, row.measure, row.breakdown, row.category): (row.group, row.optional) for row in rows}


def group_of(row: Line) -> str:
    return _asked()[tuple(row[TRAJECTORY:CLIENTS])][0]


def is_required(row: Line) -> bool:
    return is_cell(row) and not _asked()[tuple(row[TRAJECTORY:CLIENTS])][1]


def totals_of(rows: Iterable[Line]) -> Counter[tuple[str, ...]]:
    """The clients of each region, trajectory, measure and breakdown; who is only orienting is in no other breakdown."""
    totals: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        if is_cell(row) and row[CATEGORY] != "orientation":
            totals[tuple(row[REGION:CATEGORY])] += int(row[CLIENTS])
    return totals


def odd(rows: Sequence[Line]) -> set[tuple[str, ...]]:
    """What one file shows by itself: breakdowns with another total (W101), parts above their whole (W102 to W111)."""
    totals = totals_of(rows)
    found = set()
    for (*block, measure, by), total in totals.items():
        if by in ("type", "stage") and total != totals[*block, measure, "work" if measure == "ended" else "funding"]:
            found.add((*block, measure, by))
        if measure in PARTS_OF and total > totals[*block, PARTS_OF[measure], "funding"]:
            found.add((*block, measure, by))
        clients = totals[*block, "clients", "funding"]
        if (measure, by) in (("ended", "work"), ("ended", "result")) and total > clients + SOME:
            found.add((*block, "W106"))
        if measure == "stopped_paid_work" and total > totals[*block, "paid_work", "funding"] + SOME:
            found.add((*block, "W107"))
        if (measure, by) == ("ever_paid_work", "funding") and total > clients:
            found.add((*block, "W111"))
    return found | _odd_cells(rows, totals)


def _odd_cells(rows: Sequence[Line], totals: Counter[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Cells of education and unpaid work above what they are a part of (W108 to W110)."""
    cells = {tuple(row[REGION:CLIENTS]): int(row[CLIENTS]) for row in rows if is_cell(row)}
    found = set()
    for (*block, measure, by, category), number in cells.items():
        following = cells.get((*block, "education", "status", "following"), number)
        above = number > totals[*block, "clients", "funding"]
        if (measure == "unpaid_work" or category == "following") and above:
            found.add((*block, measure, by, category))
        if measure == "education" and number > following + {"started": 0, "stopped": SOME}.get(category, number):
            found.add((*block, measure, by, category))
    return found


def counted_twice(sent: Sent) -> list[int]:
    """The cells of which another breakdown gives the total too, and the same."""
    totals = totals_of(sent.rows)

    def agrees(row: Line) -> bool:
        key, whole = row[REGION:BREAKDOWN], "work" if row[MEASURE] == "ended" else "funding"
        parts = {row[BREAKDOWN]} & {"type", "stage"} or {"type", "stage"}
        return any((*key, part) in totals and totals[*key, part] == totals[*key, whole] for part in parts)

    return sent.where(agrees)


def exceeded(rows: Sequence[Line], before: Sequence[Line]) -> set[tuple[str, str]]:
    """By which rule what trajectory is at odds with the quarter before: W201, W202, W203 as CONTRACT § 2 has them."""
    found = set()
    for trajectory in {row[TRAJECTORY] for row in rows if is_cell(row)}:
        now, last = _sums(rows, trajectory), _sums(before, trajectory)
        clients, last_clients = _over_regions(now, "clients"), _over_regions(last, "clients")
        if not any(measure == "clients" for _, measure in last):
            continue
        left = sum(
            max(0, count - now[region, "ended"] - now[region, "clients"])
            for (region, measure), count in last.items()
            if measure == "clients"
        )
        if abs(clients - last_clients) > max(10, last_clients / 2):
            found.add(("W203", trajectory))
        if left > max(5, last_clients / 10):
            found.add(("W202", trajectory))
        has_work = all(any(measure == "paid_work" for _, measure in sums) for sums in (now, last))
        allowed = _over_regions(last, "paid_work") + _over_regions(now, "started_paid_work")
        if has_work and _over_regions(now, "at_end") > allowed:
            found.add(("W201", trajectory))
    return found


def _sums(rows: Iterable[Line], trajectory: str) -> Counter[tuple[str, str]]:
    """The totals of a trajectory by region and measure."""
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row[TRAJECTORY] == trajectory and row[BREAKDOWN] in ("funding", "work", "result", "total"):
            sums[row[REGION], row[MEASURE]] += int(row[CLIENTS])
            if row[CATEGORY] == "paid_work_at_end":
                sums[row[REGION], "at_end"] += int(row[CLIENTS])
    return sums


def _over_regions(sums: Counter[tuple[str, str]], measure: str) -> int:
    return sum(count for (_, name), count in sums.items() if name == measure)


def fits_the_quarter_before(sent: Sent, rows: list[Line]) -> bool:
    """Whether nothing of these rows is at odds with the quarter before, nor more paid work than clients."""
    totals = totals_of(rows)
    above = any(
        count > totals[*block, "clients", "funding"]
        for (*block, measure, by), count in totals.items()
        if (measure, by) == ("paid_work", "funding")
    )
    return not above and not exceeded(rows, sent.before)


def overlaps(rows: Iterable[Line], before: Iterable[Line]) -> bool:
    """Whether any region of last quarter is among them (else W105)."""
    return any(row[REGION] in {one[REGION] for one in before if is_cell(one)} for row in rows if is_cell(row))


# Rows with a change ------------------------------------------------------------------------------------

Change = Callable[[Random, str], str | None]
"""Another text in place of one; None where there is none."""


def pick(rng: Random, places: Sequence[int]) -> int | None:
    return rng.choice(places) if places else None


def with_field(rows: list[Line], place: int, column: int, text: str) -> list[Line]:
    """The rows with one field changed."""
    return [*rows[:place], [*rows[place][:column], text, *rows[place][column + 1 :]], *rows[place + 1 :]]


def with_number(rng: Random, sent: Sent, places: Sequence[int], change: Change) -> list[Line] | None:
    """The rows with one number changed into another one."""
    place = pick(rng, places)
    text = None if place is None else change(rng, sent.rows[place][CLIENTS])
    if place is None or text is None or text == sent.rows[place][CLIENTS]:
        return None
    return with_field(sent.rows, place, CLIENTS, text)


def misspelt(rng: Random, code: str) -> str:
    """A code with two letters exchanged, one left out or one doubled."""
    place = rng.randrange(len(code) - 1)
    first, second = code[place], code[place + 1]
    other = rng.choice([second + first, second, first + first + second])
    return code[:place] + (other if other != first + second else first) + code[place + 2 :]


def everywhere(sent: Sent, column: int, text: str) -> list[Line]:
    return [[*row[:column], text, *row[column + 1 :]] for row in sent.rows]


def not_offered(row: Line, trajectory: str) -> Line:
    return [*row[:REGION], "", trajectory, "declaration", "", "not_offered", ""]
