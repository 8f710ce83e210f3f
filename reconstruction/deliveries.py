"""From cells to files: one tidy CSV per organisation and quarter (CONTRACT § 1), rows sorted, always the same bytes."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from reconstruction.breakdowns import Cells
from reconstruction.core import Place
from reconstruction.offers import Offers
from reconstruction.structure import QUARTERS
from reconstruction.targets import REFERENCE

HEADER = ("organisation_id", "quarter", "region_code", "trajectory", "measure", "breakdown", "category", "clients")

Row = tuple[str, ...]


class IncompleteDelivery(Exception):
    """A cell is missing or too many: the program is wrong."""


def rows_by_delivery(cells: Mapping[Place, Cells], offers: Offers) -> dict[tuple[str, str], list[Row]]:
    """The rows of every delivery, by quarter and organisation, declarations included."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for (unit, place), values in cells.items():
        quarter = QUARTERS[place]
        expected = _expected(unit.trajectory, quarter)
        if set(values) != expected:
            raise IncompleteDelivery(f"{unit} {quarter}: {sorted(set(values) ^ expected)}")
        for key, clients in values.items():
            row = (unit.organisation, quarter, unit.region, unit.trajectory, *key, str(clients))
            found[quarter, unit.organisation].append(row)
    for (organisation, place), trajectories in offers.declared_not_offered().items():
        quarter = QUARTERS[place]
        rows = [(organisation, quarter, "", name, "declaration", "", "not_offered", "") for name in trajectories]
        if (quarter, organisation) in found:
            found[quarter, organisation] += rows
    return {key: sorted(rows) for key, rows in sorted(found.items())}


def write(deliveries: Mapping[tuple[str, str], list[Row]], folder: Path) -> None:
    """`<folder>/<quarter>/<organisation_id>.csv`."""
    for (quarter, organisation), rows in deliveries.items():
        path = folder / quarter / f"{organisation}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [",".join(row) for row in (HEADER, *rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


@cache
def _dictionary() -> list[dict[str, str]]:
    with (REFERENCE / "data_dictionary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _expected(trajectory: str, quarter: str) -> frozenset[tuple[str, str, str]]:
    """All cells valid in the quarter, the optional ones too."""
    return frozenset(
        (row["measure"], row["breakdown"], row["category"])
        for row in _dictionary()
        if row["trajectory"] == trajectory and (row["valid_from"] or quarter) <= quarter <= (row["valid_to"] or quarter)
    )
