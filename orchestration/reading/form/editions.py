"""The editions of the template: which sheet, column and row is which cell. Data, in `editions/<edition>/`.

Nothing is written or read of a workbook here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path

import yaml
from openpyxl.utils import column_index_from_string
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).with_name("editions")
EDITION_LABEL = "Editie van het sjabloon"
"""Stands left of the edition on every cover sheet, whatever the edition."""
ORGANISATION_LABEL, QUARTER_LABEL, NAME_LABEL = "Organisatie", "Kwartaal", "Naam"
"""Stand left of these three, on every cover sheet."""
ANSWER_HEADER = "Dit kwartaal"
"""Stands above the answers."""
LABELS = "B"
"""The column of the cover sheet with the labels, and with the names of the trajectories beside the answers."""
REGION_HEADER, TOTAL_ROW, TOTAL_HEADER = "Arbeidsmarktregio", "Totaal van alle regio's", "totaal"
"""Stand on every trajectory's sheet: above the regions, before the row of totals, above each column of totals."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(_Data):
    """One column of a trajectory's sheet: the cell of the data dictionary that is filled in there.

    `previous`: the column with the last delivery's value beside it; `total`: the column that adds it up with its
    neighbours; both may be absent.
    """

    trajectory: str
    column: str
    previous: str
    total: str
    measure_group: str
    measure: str
    breakdown: str
    category: str
    heading: str
    header: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.trajectory, self.measure, self.breakdown, self.category

    @property
    def columns(self) -> list[str]:
        """Its own column and the one beside it."""
        return [self.column, self.previous] if self.previous else [self.column]


class Cover(_Data):
    """The cover sheet and where on it which answer stands."""

    sheet: str
    organisation: str
    name: str
    quarter: str
    deadline: str
    edition: str
    answers: dict[str, str]
    withdrawn: str


class Words(_Data):
    """The answers that can be chosen on the cover sheet."""

    not_offered: str
    withdrawn: str


class Rows(_Data):
    """The rows above the regions on each trajectory's sheet, and the first region's."""

    group: int
    heading: int
    header: int
    quarter: int
    total: int
    filled: int
    first: int


class Columns(_Data):
    """The columns before the cells on each trajectory's sheet."""

    region: str
    status: str
    filled: str


class Edition(_Data):
    """The layout of one edition."""

    edition: str
    cover: Cover
    words: Words
    explanation: str
    lists: str
    sheets: dict[str, str]
    rows: Rows
    columns: Columns
    cells: tuple[Cell, ...]

    @cached_property
    def by_key(self) -> dict[tuple[str, str, str, str], Cell]:
        """The column of each cell of the dictionary."""
        return {cell.key: cell for cell in self.cells}

    @cached_property
    def by_sheet(self) -> dict[str, tuple[Cell, ...]]:
        """The columns of each trajectory, in order."""
        return {
            trajectory: tuple(cell for cell in self.cells if cell.trajectory == trajectory)
            for trajectory in self.sheets
        }

    def location(self, trajectory: str, column: str, row: int) -> str:
        """A place on a trajectory's sheet, as it is written in findings."""
        return f"{self.sheets[trajectory]}!{column}{row}"


def known() -> list[str]:
    """The editions that we can read, oldest first."""
    return sorted(path.parent.name for path in FOLDER.glob("*/layout.yml"))


def newest() -> Edition:
    """The edition that is handed out now."""
    return load(known()[-1])


def load(edition: str) -> Edition:
    """The layout of a known edition."""
    return _load(FOLDER / edition)


@cache
def _load(folder: Path) -> Edition:
    layout = yaml.safe_load((folder / "layout.yml").read_text(encoding="utf-8"))
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as lines:
        return Edition(cells=tuple(Cell(**line) for line in csv.DictReader(lines)), **layout)


def blocks(cells: tuple[Cell, ...]) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """The cells that stand under one heading, in order."""
    for (_, heading), block in groupby(cells, key=lambda cell: (cell.measure_group, cell.heading)):
        yield heading, tuple(block)


def last_column(cells: tuple[Cell, ...]) -> str:
    """The rightmost column that a group of cells takes, totals included."""
    taken = [column for cell in cells for column in (*cell.columns, cell.total) if column]
    return max(taken, key=column_index_from_string)
