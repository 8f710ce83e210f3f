"""The sensitivity marts, the naive way: the total of a year, and the starters of a quarter, read otherwise.

Where the text leaves a choice, this is the choice made:

* **A row** is there where ``region_annual`` (by year) or ``trajectory_quarterly`` (by quarter) has one.
* **Unknown S, O and U** count as 0 in every one of the yearly readings, as in the method's own.
* **By quarter** everything, clients_started included, is taken over the parts of the organisations that
  delivered the trajectory in the quarter and in the one before; unknown when there are none.
"""

from collections import defaultdict
from collections.abc import Mapping

from tests.support.oracle import (
    CLIENTS,
    Book,
    Part,
    Place,
    Row,
    Value,
    at_least_zero,
    minus,
    quarter_before,
    quarters_of,
    total,
    zero_if_unknown,
)

READINGS = ("clients_active", "q1_starts_once", "without_lost", "lost_as_loss", "lost_signed")


def method_sensitivity_annual(book: Book, published: Mapping[str, list[Row]]) -> list[Row]:
    """One row per year × region × trajectory."""
    gathered: dict[tuple[object, ...], list[dict[str, int]]] = defaultdict(list)
    for part in book.parts["annual"]:
        gathered[part.period, part.region, part.trajectory].append(readings(book, part))
    rows: list[Row] = []
    for row in published["region_annual"]:
        parts = gathered[row["period"], row["region_code"], row["trajectory"]]
        head = book.head({"region": str(row["region_code"]), "trajectory": str(row["trajectory"])}, str(row["period"]))
        rows.append({**head, **{name: sum(part[name] for part in parts) for name in READINGS}})
    return rows


def readings(book: Book, part: Part) -> dict[str, int]:
    """A_b + C_b + Σ S + Σ O, and the same with one reading changed."""
    places = [Place(part.organisation, part.region, part.trajectory, quarter) for quarter in quarters_of(part.period)]
    counted = book.rollup.where_delivered(places, "core")
    measures = [book.quarterly.measures(place) for place in counted]
    differences = book.rollup.differences(counted, CLIENTS)
    opening = _int(book.rollup.opening(counted[0], places[0].quarter, CLIENTS))
    starts = [_int(one["clients_started"]) for one in measures]
    lost = [_int(at_least_zero(difference)) for difference in differences]
    left = [_int(at_least_zero(minus(0, difference))) for difference in differences]
    return {
        "clients_active": opening + sum(starts) + sum(lost),
        "q1_starts_once": opening + sum(starts[1:]) + sum(lost[1:]),
        "without_lost": opening + sum(starts),
        "lost_as_loss": opening + sum(starts) + sum(left),
        "lost_signed": opening + sum(starts) + sum(lost) - sum(left),
    }


def _int(value: Value) -> int:
    return int(zero_if_unknown(value))


def method_sensitivity_quarterly(book: Book, published: Mapping[str, list[Row]]) -> list[Row]:
    """One row per quarter × trajectory."""
    gathered: dict[tuple[object, ...], list[Part]] = defaultdict(list)
    for part in book.parts["quarterly"]:
        if book.delivered.trajectory(part.organisation, part.trajectory, quarter_before(part.period)):
            gathered[part.period, part.trajectory].append(part)
    rows: list[Row] = []
    for row in published["trajectory_quarterly"]:
        parts = gathered.get((row["period"], row["trajectory"]), [])
        head = book.head({"trajectory": str(row["trajectory"])}, str(row["period"]))
        rows.append({**head, **_inflow(book, parts)})
    return rows


def _inflow(book: Book, parts: list[Part]) -> Row:
    """The starters of the parts, floored at 0 part by part, not at all, per region, and all together."""
    signed = [_signed(book, part) for part in parts]
    by_region: dict[str, list[Value]] = defaultdict(list)
    for part, value in zip(parts, signed, strict=True):
        by_region[part.region].append(value)
    started = total(part.measures["clients_started"] for part in parts)
    return {
        "clients_started": started,
        "started_signed": total(signed),
        "started_floored_by_region": total(at_least_zero(total(values)) for values in by_region.values()),
        "started_floored_nationally": at_least_zero(total(signed)),
        "residual": minus(started, total(signed)),
    }


def _signed(book: Book, part: Part) -> Value:
    """A − (B − C)."""
    before = Place(part.organisation, part.region, part.trajectory, quarter_before(part.period))
    place = Place(part.organisation, part.region, part.trajectory, part.period)
    stayed = minus(book.quarterly.count_with_taken_over(place, before, CLIENTS), part.measures["clients_ended"])
    return minus(part.measures["clients_active"], stayed)
