"""Whole numbers and what everyone knows of them: sums, orders, printed percentages. What is shown, and what follows.

A system knows nothing of regions or tables: `linked` makes one of the figures. The bounds come from HiGHS by `highspy`,
one thread, so that the same system gives the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import highspy
import numpy as np

INFINITE = math.inf
SLACK = 1e-6  # what a solver may be off by
OPTIONS: Mapping[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "presolve": "off",
    "solver": "simplex",
}
Interval = tuple[int, float]


@dataclass(frozen=True)
class Cell:
    """A number: a figure of a table, or one that no table shows but another figure rests on (`table` empty).

    `is_known` where everyone has it already; `lowest` where less is impossible even when it is hidden and zeros may be.
    """

    name: str
    table: str
    value: int
    is_small: bool
    is_known: bool = False
    lowest: int = 0


@dataclass(frozen=True)
class Row:
    """`lowest <= sum(factor * cell) <= highest`; with `shown_by` only where that percentage is shown.

    `is_sum`: of cells of one table, the zeros of which may be hidden together.
    """

    parts: tuple[tuple[int, float], ...]
    lowest: float
    highest: float
    shown_by: int | None = None
    is_sum: bool = False


@dataclass(frozen=True)
class Percentage:
    """A percentage that may be shown; it is no number of the system, but gives rows of it."""

    name: str
    table: str
    weight: float


@dataclass(frozen=True)
class System:
    """All cells, rows and percentages; the values satisfy every row.

    `withholdable`: the sums of which an earlier release showed a part.
    """

    cells: Sequence[Cell]
    rows: Sequence[Row]
    percentages: Sequence[Percentage] = ()
    withholdable: frozenset[int] = frozenset()

    @cached_property
    def rows_of(self) -> Sequence[Sequence[int]]:
        """Per cell the rows that it stands in."""
        found: list[list[int]] = [[] for _ in self.cells]
        for number, row in enumerate(self.rows):
            for cell, _ in row.parts:
                found[cell].append(number)
        return found

    @cached_property
    def values(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([cell.value for cell in self.cells], dtype=float)

    def untrue(self) -> list[int]:
        """The rows that the values do not satisfy."""
        found = []
        for number, row in enumerate(self.rows):
            total = sum(factor * self.cells[cell].value for cell, factor in row.parts)
            if not row.lowest - SLACK <= total <= row.highest + SLACK:
                found.append(number)
        return found


@dataclass
class Cover:
    """What is hidden: cells, percentages, and the sums whose zeros are hidden too."""

    cells: set[int] = field(default_factory=set)
    percentages: set[int] = field(default_factory=set)
    sums: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Chair:
    """Who looks: the least that it knows of cells, and those that it knows exactly. An outsider knows nothing."""

    at_least: Mapping[int, int] = field(default_factory=dict)
    exactly: Collection[int] = frozenset()


OUTSIDER = Chair()


class View:
    """A system as one who knows a cover's other cells sees it: the unknown numbers, in parts that do not touch."""

    def __init__(self, system: System, cover: Cover, chair: Chair = OUTSIDER) -> None:
        self.system, self.cover, self.chair = system, cover, chair
        self._zero_may_be = {cell for row in cover.sums for cell, _ in system.rows[row].parts}

    def is_unknown(self, cell: int) -> bool:
        one = self.system.cells[cell]
        if one.is_known or cell in self.chair.exactly:
            return False
        return not one.table or cell in self.cover.cells

    def lowest(self, cell: int) -> float:
        """What it is at least, by its being hidden."""
        one = self.system.cells[cell]
        hidden = 1 if one.table and cell not in self._zero_may_be else one.lowest
        return max(hidden, self.chair.at_least.get(cell, 0))

    def holds(self, row: int) -> bool:
        """Whether a row is known to who looks."""
        shown_by = self.system.rows[row].shown_by
        return shown_by is None or shown_by not in self.cover.percentages

    def groups(self, of: Iterable[int]) -> Iterator[Group]:
        """The groups of unknown cells that hold these."""
        seen: set[int] = set()
        for start in of:
            if start in seen or not self.is_unknown(start):
                continue
            group, rows, waiting = {start}, set(), [start]
            while waiting:
                cell = waiting.pop()
                for row in self.system.rows_of[cell]:
                    if row in rows or not self.holds(row):
                        continue
                    rows.add(row)
                    found = {one for one, _ in self.system.rows[row].parts if self.is_unknown(one)} - group
                    group |= found
                    waiting += sorted(found)
            seen |= group
            yield Group(self, sorted(group), sorted(rows))


class Group:
    """Unknown cells that hang together, as one linear programme."""

    def __init__(self, view: View, cells: Sequence[int], rows: Sequence[int]) -> None:
        self.cells = cells
        self._place = {cell: place for place, cell in enumerate(cells)}
        self._highs = silent()
        lowest = np.array([view.lowest(cell) for cell in cells])
        self._highs.addVars(len(cells), lowest, np.full(len(cells), highspy.kHighsInf))
        for row in rows:
            self._add(view, row)

    def _add(self, view: View, number: int) -> None:
        row = view.system.rows[number]
        unknown = [(self._place[cell], factor) for cell, factor in row.parts if cell in self._place]
        known = sum(f * view.system.cells[cell].value for cell, f in row.parts if cell not in self._place)
        places = np.array([place for place, _ in unknown], dtype=np.int32)
        factors = np.array([factor for _, factor in unknown], dtype=float)
        self._highs.addRow(row.lowest - known, row.highest - known, len(unknown), places, factors)

    def bounds(self, cell: int) -> Interval:
        """The least and the most that a cell can be."""
        return math.ceil(self.extreme({cell: 1.0})[0] - SLACK), self._most(cell)

    def _most(self, cell: int) -> float:
        most = -self.extreme({cell: -1.0})[0]
        return most if math.isinf(most) else math.floor(most + SLACK)

    def extreme(self, costs: Mapping[int, float]) -> tuple[float, Mapping[int, float]]:
        """The least that a weighted sum of cells can be, and a solution that is it; -infinite where there is no end."""
        for cell, cost in costs.items():
            self._highs.changeColCost(self._place[cell], cost)
        self._highs.run()
        status = self._highs.getModelStatus()
        least, solution = self._highs.getInfo().objective_function_value, self._highs.getSolution().col_value
        for cell in costs:  # after reading: a changed cost ends the solution
            self._highs.changeColCost(self._place[cell], 0.0)
        if status == highspy.HighsModelStatus.kOptimal:
            return least, dict(zip(self.cells, solution, strict=True))
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return -INFINITE, {}
        raise ArithmeticError(f"HiGHS: {self._highs.modelStatusToString(status)}")


def silent() -> highspy.Highs:
    """A solver that says nothing and answers the same each time."""
    # `Highs` adds callbacks, and a banner on the terminal that no option silences
    highs: highspy.Highs = highspy._Highs()  # type: ignore[attr-defined]
    for option, value in OPTIONS.items():
        highs.setOptionValue(option, value)
    return highs


def possible(interval: Interval) -> float:
    """How many whole numbers an interval holds."""
    return interval[1] - interval[0] + 1
