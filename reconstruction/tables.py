"""Whole numbers in a table whose margins are given: the last step of every breakdown.

Pure arithmetic, always the same answer. Nothing of the monitor is known here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

RAKING_ROUNDS = 60
GOLDEN = 0.6180339887

Table = list[list[int]]


class Unallocatable(Exception):
    """The margins and caps of a table cannot be met together."""


def share_out(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """Whole numbers that add up to the total, as near to the weights as their caps allow (largest remainders)."""
    most = list(caps) if caps is not None else [total] * len(weights)
    if sum(most) < total:
        raise Unallocatable(f"{total} does not fit into {sum(most)}")
    whole = sum(weights)
    ideal = [total * weight / whole if whole else 0.0 for weight in weights]
    found = [min(int(value), cap) for value, cap in zip(ideal, most, strict=True)]
    for _ in range(total - sum(found)):
        open_places = [place for place in range(len(found)) if found[place] < most[place]]
        best = max(open_places, key=lambda place: (ideal[place] - found[place], -place))
        found[best] += 1
    return found


def tilt(row: int, column: int, strength: float = 0.3) -> float:
    """A factor around 1 that differs by row and column, so that not every organisation looks alike."""
    turn = (row * GOLDEN + column * 0.37 + 0.11) % 1.0
    return 1.0 - strength + 2 * strength * turn


def allocate(
    rows: Sequence[int], columns: Sequence[int], weights: Sequence[Sequence[float]], caps: Table | None = None
) -> Table:
    """A table with exactly these row and column sums, following the weights; no cell above its cap."""
    if sum(rows) != sum(columns):
        raise Unallocatable(f"rows add up to {sum(rows)}, columns to {sum(columns)}")
    ideal = _raked(rows, columns, weights)
    most = caps or [[size] * len(columns) for size in rows]
    carried = [0.0] * len(columns)
    table = []
    for place, size in enumerate(rows):
        cells = [min(int(value), cap) for value, cap in zip(ideal[place], most[place], strict=True)]
        for _ in range(size - sum(cells)):
            free = [c for c in range(len(columns)) if cells[c] < most[place][c]]
            if not free:
                raise Unallocatable(f"row {place} of {size} does not fit its caps")
            best = max(free, key=lambda c: (ideal[place][c] - cells[c] + carried[c], -c))
            cells[best] += 1
        carried = [carried[c] + ideal[place][c] - cells[c] for c in range(len(columns))]
        table.append(cells)
    _repair(table, columns, ideal, most)
    return table


def _raked(rows: Sequence[int], columns: Sequence[int], weights: Sequence[Sequence[float]]) -> list[list[float]]:
    """Real numbers with the margins of the table, proportional to the weights (iterative fitting)."""
    cells = [[max(weight, 1e-9) for weight in line] for line in weights]
    for _ in range(RAKING_ROUNDS):
        for place, size in enumerate(rows):
            factor = size / sum(cells[place])
            cells[place] = [value * factor for value in cells[place]]
        for column, size in enumerate(columns):
            whole = sum(line[column] for line in cells)
            factor = size / whole if whole else 0.0
            for line in cells:
                line[column] *= factor
        cells = [[max(value, 1e-12) for value in line] for line in cells]
    return cells


def _repair(table: Table, columns: Sequence[int], ideal: list[list[float]], most: Table) -> None:
    """Move single clients between columns, where it hurts least, until the column sums are exact."""
    while True:
        excess = [sum(line[c] for line in table) - size for c, size in enumerate(columns)]
        if not any(excess):
            return
        over = max(range(len(columns)), key=lambda c: excess[c])
        under = min(range(len(columns)), key=lambda c: excess[c])
        movable = [place for place, line in enumerate(table) if line[over] > 0 and line[under] < most[place][under]]
        if not movable:
            raise Unallocatable(f"column {under} cannot reach {columns[under]}")
        best = max(movable, key=lambda p: (_strain(table, ideal, p, over) - _strain(table, ideal, p, under), -p))
        table[best][over] -= 1
        table[best][under] += 1


def _strain(table: Table, ideal: list[list[float]], place: int, column: int) -> float:
    """How far a cell lies above its ideal, in units that let large cells give way first."""
    return (table[place][column] - ideal[place][column]) / math.sqrt(1.0 + ideal[place][column])
