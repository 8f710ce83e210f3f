"""Deliveries small enough to work out by hand: the cells the measures read, of one region and trajectory."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.oracle import CellKey, Delivery


@dataclass(frozen=True)
class Work:
    """The group ``work`` of one block."""

    paid: int
    durable: int
    started: int
    stopped: int
    ever: int | None = None


def block(
    clients: int,
    ended: int = 0,
    *,
    with_result: int = 0,
    work: Work | None = None,
    education: tuple[int, int, int] | None = None,
    unpaid: tuple[int, int, int] | None = None,
    region: str = "achterhoek",
    trajectory: str = "ips",
) -> dict[CellKey, int]:
    """The cells of one region and trajectory that measures read; ``with_result`` are part of ``ended``."""
    cells = {("clients", "funding", "uwv"): clients}
    if trajectory.startswith("uwv"):
        cells["ended", "result", "with_result"] = with_result
        cells["ended", "result", "ended_early"] = ended - with_result
    else:
        cells["ended", "work", "paid_work_at_end"] = with_result
        cells["ended", "work", "never_paid_work"] = ended - with_result
    if work:
        cells["paid_work", "funding", "uwv"] = work.paid
        cells["durable_paid_work", "funding", "uwv"] = work.durable
        cells["started_paid_work", "total", "total"] = work.started
        cells["stopped_paid_work", "total", "total"] = work.stopped
        if work.ever is not None:
            cells["ever_paid_work", "funding", "other"] = work.ever
    for name, value in zip(("following", "started", "stopped"), education or (), strict=False):
        cells["education", "status", name] = value
    activities = ("day_activity", "volunteer_or_work_experience", "trial_placement")
    for name, value in zip(activities, unpaid or (), strict=False):
        cells["unpaid_work", "activity", name] = value
    return {(region, trajectory, *key): value for key, value in cells.items()}


def sent(
    quarter: str, *blocks: Mapping[CellKey, int], organisation: str = "org_001", not_offered: str = ""
) -> Delivery:
    """A delivery of some blocks."""
    cells = {key: value for one in blocks for key, value in one.items()}
    return Delivery(organisation, quarter, cells, [("not_offered", not_offered)] if not_offered else [])


def withdrawn(quarter: str) -> Delivery:
    """A quarter that was taken back."""
    return Delivery("org_001", quarter, {}, [("withdrawn", None)])


def the_year() -> list[Delivery]:
    """The year of the method's worked example."""
    return [
        sent("2024-Q1", block(40, 5, work=Work(12, 9, 4, 1))),
        sent("2024-Q2", block(44, 3, work=Work(13, 8, 3, 2))),
        sent("2024-Q4", block(50, 6, work=Work(16, 12, 2, 2))),
    ]
