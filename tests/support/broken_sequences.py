"""What an organisation sends one after the other, with one defect in the last, and the same just inside.

Named after the defect; the rule across quarters that sees it stands beside it. What one file shows by itself is in
`broken_files`. Nothing is checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.support.broken_files import Line, good_rows

LONG_BEFORE, BEFORE, QUARTER = "2023-Q4", "2024-Q1", "2024-Q2"
CLOSED = 2023
"""The year that was closed, and so has no quarter that could still change unseen."""
REGIONS = ("achterhoek", "drenthe")
UNPAID = ("unpaid_work", "activity", "day_activity")
FLOWS = ("ended", "started_paid_work", "stopped_paid_work")


@dataclass(frozen=True)
class Sent:
    """The deliveries, the last of which a rule must see (`is_odd`) or must not."""

    name: str
    rule: str
    is_odd: bool
    deliveries: Callable[[], list[list[Line]]]

    def of(self, organisation: str) -> list[list[Line]]:
        """The same as sent by an organisation."""
        return [[[organisation, *row[1:]] for row in rows] for rows in self.deliveries()]


def ordinary(quarter: str = QUARTER, unpaid: str = "2", **choices: Sequence[str]) -> list[Line]:
    """A good delivery that repeats no other: its unpaid work is what is asked for."""
    return with_number(good_rows(quarter=quarter, **{"regions": REGIONS, **choices}), unpaid, UNPAID, "ips")


def with_number(
    rows: Iterable[Line], number: str, cell: tuple[str, str, str], trajectory: str, region: str = REGIONS[0]
) -> list[Line]:
    """The rows with one number in the place of another."""
    changed = [region, trajectory, *cell]
    return [[*row[:7], number] if row[2:7] == changed else row for row in rows]


def _flows_times(rows: Iterable[Line], factor: int, but: str = "") -> list[Line]:
    """The rows with every flow so many times; one category stays as it is less one."""

    def number(row: Line) -> str:
        is_flow = row[4] in FLOWS or (row[4] == "education" and row[6] != "following")
        if row[6] == but and row[2] == REGIONS[0] and row[3] == "ips":
            return str(int(row[7]) - 1)
        return str(int(row[7]) * factor) if is_flow else row[7]

    return [[*row[:7], number(row)] for row in rows]


def _clients(number: str) -> list[Line]:
    """A delivery in which the fundings of ips in the first region add up to this number and 24 or to it and 4."""
    return with_number(ordinary(), number, ("clients", "funding", "uwv"), "ips")


def _few_clients(number: str) -> list[Line]:
    rows = with_number(ordinary(), "2", ("clients", "funding", "municipality"), "ips")
    rows = with_number(rows, "2", ("clients", "funding", "other"), "ips")
    return with_number(rows, number, ("clients", "funding", "uwv"), "ips")


def _ended_in_paid_work(number: str) -> list[Line]:
    return with_number(ordinary(), number, ("ended", "work", "paid_work_at_end"), "ips")


def _not_offered(rows: list[Line], trajectory: str) -> list[Line]:
    return [*rows, [*rows[0][:2], "", trajectory, "declaration", "", "not_offered", ""]]


def _after_last(now: Callable[[], list[Line]]) -> Callable[[], list[list[Line]]]:
    return lambda: [ordinary(BEFORE, "1"), now()]


def _in_place_of(now: Callable[[], list[Line]]) -> Callable[[], list[list[Line]]]:
    return lambda: [ordinary(QUARTER, "1"), now()]


def _again(*others: str) -> Callable[[], list[list[Line]]]:
    """Last quarter's file once more, its rows in another order."""
    return lambda: [ordinary(BEFORE), *(ordinary(quarter, "3") for quarter in others), ordinary(BEFORE)[::-1]]


PAIRS: list[tuple[str, str, Callable[[], list[list[Line]]], Callable[[], list[list[Line]]]]] = [
    (
        "no_region_of_last_quarter",
        "W105",
        _after_last(lambda: ordinary(regions=["zwolle"])),
        _after_last(lambda: ordinary(regions=["zwolle", "drenthe"])),
    ),
    (
        "one_more_ended_in_paid_work_than_had_or_found_it",
        "W201",
        _after_last(lambda: _ended_in_paid_work("25")),
        _after_last(lambda: _ended_in_paid_work("24")),
    ),
    (
        "eight_left_without_being_ended",
        "W202",
        _after_last(lambda: _few_clients("12")),
        _after_last(lambda: _few_clients("13")),
    ),
    (
        "clients_grown_by_more_than_half",
        "W203",
        _after_last(lambda: _clients("49")),
        _after_last(lambda: _clients("48")),
    ),
    (
        "trajectory_gone",
        "W204",
        _after_last(lambda: ordinary(trajectories=["ips"])),
        _after_last(lambda: _not_offered(ordinary(trajectories=["ips"]), "wabz")),
    ),
    (
        "group_gone",
        "W205",
        _after_last(lambda: ordinary(without_groups=["education"])),
        _after_last(ordinary),
    ),
    (
        "all_numbers_those_of_last_quarter",
        "W206",
        _after_last(lambda: ordinary(unpaid="1")),
        _after_last(ordinary),
    ),
    (
        "all_numbers_those_of_two_quarters_ago",
        "W206",
        lambda: [ordinary(LONG_BEFORE), ordinary(BEFORE, "3"), ordinary()],
        lambda: [ordinary(LONG_BEFORE), ordinary(BEFORE, "3"), ordinary(unpaid="1")],
    ),
    (
        "one_trajectory_with_all_numbers_of_last_quarter",
        "W207",
        _after_last(ordinary),
        _after_last(lambda: with_number(ordinary(), "13", ("clients", "funding", "uwv"), "wabz")),
    ),
    (
        "flows_counted_since_january",
        "W208",
        _after_last(lambda: _flows_times(ordinary(), 2)),
        _after_last(lambda: _flows_times(ordinary(), 2, but="never_paid_work")),
    ),
    (
        "quarter_of_a_closed_year",
        "W209",
        lambda: [ordinary(LONG_BEFORE, "1"), ordinary(LONG_BEFORE)],
        lambda: [ordinary(BEFORE, "1"), ordinary(BEFORE)],
    ),
    ("last_quarters_numbers_while_this_quarter_is_missing", "W210", _again(), _again(QUARTER)),
    (
        "region_that_the_replaced_version_held",
        "W211",
        _in_place_of(lambda: ordinary(regions=REGIONS[1:])),
        _in_place_of(ordinary),
    ),
    (
        "trajectory_that_the_replaced_version_held",
        "W212",
        _in_place_of(lambda: ordinary(trajectories=["wabz"])),
        _in_place_of(lambda: _not_offered(ordinary(trajectories=["wabz"]), "ips")),
    ),
    (
        "group_that_the_version_before_the_replaced_one_held",
        "W213",
        lambda: [ordinary(), *(ordinary(unpaid=unpaid, without_groups=["education"]) for unpaid in "23")],
        lambda: [ordinary(), ordinary(without_groups=["education"]), ordinary(unpaid="1")],
    ),
]


def sequences() -> list[Sent]:
    """Each defect, and the same just inside."""
    odd = [Sent(name, rule, True, deliveries) for name, rule, deliveries, _ in PAIRS]
    return odd + [Sent(f"almost_{name}", rule, False, deliveries) for name, rule, _, deliveries in PAIRS]
