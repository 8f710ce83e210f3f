"""Which other figures are hidden so that no small one can be computed: as few and as small as serve.

Per small cell the cheapest move up and down along everything that is known; what such a move touches is hidden. Then
each of those is shown again if the attack allows. Last resorts, each reported: the zeros of a sum, then the whole row.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from orchestration.publishing.disclosure import attack
from orchestration.publishing.disclosure.attack import Needs
from orchestration.publishing.disclosure.system import OUTSIDER, SLACK, Chair, Cover, System, View, possible, silent
from orchestration.publishing.disclosure.tables.lists import Rules


class NotProtected(Exception):
    """A table cannot be protected; the message says, in Dutch, which."""

    def __init__(self, table: str, cell: str) -> None:
        super().__init__(f"tabel {table} is niet te beschermen: {cell} blijft uit te rekenen")
        self.table = table


class Withheld(Exception):
    """A whole row of a sum is to be withheld, though earlier releases showed parts of it: their keys."""

    def __init__(self, keys: set[str]) -> None:
        super().__init__(f"{len(keys)} cijfers")
        self.keys = keys


@dataclass
class Protection:
    """What is hidden, and why: small by itself, to protect (or known as hidden already), or as a last resort."""

    cover: Cover
    primary: frozenset[int]
    last_resorts: list[str] = field(default_factory=list)


def weight(value: float) -> float:
    """What it costs a reader that a figure is hidden."""
    return 1 + math.log2(1 + value)


def protect(
    system: System,
    rules: Rules,
    needs: Needs,
    chairs: Mapping[str, Chair],
    fixed: Cover,
) -> Protection:
    """Hide the small cells and what protects them, beside what is `fixed` as hidden already.

    Raises:
        NotProtected: nothing that may be hidden protects a small cell.
    """
    shown_by_itself = [number for number, cell in enumerate(system.cells) if cell.table and not cell.is_known]
    primary = frozenset(cell for cell in shown_by_itself if system.cells[cell].is_small)
    cover = Cover(set(primary) | fixed.cells, set(fixed.percentages), set(fixed.sums))
    kept = Cover(set(cover.cells), set(cover.percentages))
    made = Protection(cover, primary)
    blocks = Blocks(system)
    for cell in attack.small_cells(system, cover):
        _protect_one(blocks, made, rules, needs, cell)
    _show_again(system, made, needs, kept)
    if rules.providers_attack:
        _protect_from(blocks, made, rules, needs, chairs)
    return made


def _protect_one(blocks: Blocks, made: Protection, rules: Rules, needs: Needs, cell: int) -> None:
    """Hide what gives a cell enough possible values."""
    system, cover, enough = blocks.system, made.cover, needs.of(cell)
    if _is_wide(system, cover, cell, enough):
        return
    for _ in itertools.chain((None,), _last_resorts(system, made, rules, cell)):
        if _moved(blocks, cover, cell, enough - 1) and _is_wide(system, cover, cell, enough):
            return
    raise NotProtected(_table_of(system, cell), system.cells[cell].name)


def _is_wide(system: System, cover: Cover, cell: int, at_least: int) -> bool:
    return possible(attack.intervals(system, cover, [cell])[cell]) >= at_least


def _moved(blocks: Blocks, cover: Cover, cell: int, width: int, chair: Chair = OUTSIDER) -> bool:
    """Hide what the cheapest moves of a cell touch that together span this width; whether there are such moves."""
    value = blocks.system.cells[cell].value
    usual = min(value - 1, width)
    for down in dict.fromkeys((usual, *range(width + 1))):
        touched: set[int] = set()
        for by in (-down, width - down):
            found = blocks.touched(View(blocks.system, cover, chair), cell, by) if by else set()
            if found is None:
                break
            touched |= found
        else:
            cover.cells |= touched
            return True
    return False


def _last_resorts(system: System, made: Protection, rules: Rules, cell: int) -> Iterable[None]:
    """Hide more and more around a cell: percentages that rest on it, the zeros of its sums, the rows of its sums.

    Raises:
        Withheld: a row holds what earlier releases showed, so that hiding it says nothing until it is withheld whole.
    """
    cover = made.cover
    group = next(iter(View(system, cover).groups([cell])))
    around = {row for one in group.cells for row in system.rows_of[one]}
    shown_by = {one for number in around if (one := system.rows[number].shown_by) is not None}
    for one in sorted(shown_by - cover.percentages, key=lambda number: system.percentages[number].weight):
        cover.percentages.add(one)
        yield
    sums = [number for number in system.rows_of[cell] if system.rows[number].is_sum]
    for name, is_allowed in (("nullen", rules.zeros_may_hide), ("hele rij", True)):
        for total in sums if is_allowed else ():
            parts = [one for one, _ in system.rows[total].parts]
            if name == "hele rij" and total in system.withholdable:
                raise Withheld({system.cells[one].name for one in parts})
            cells = {one for one in parts if not system.cells[one].is_known}
            cover.sums.add(total)
            cover.cells |= {one for one in cells if name == "hele rij" or not system.cells[one].value}
            made.last_resorts.append(f"{name} verborgen rond {system.cells[cell].name}")
            yield


def _table_of(system: System, cell: int) -> str:
    """The table of a cell, or of the percentage that rests on it."""
    shown_by = [system.rows[row].shown_by for row in system.rows_of[cell]]
    return system.cells[cell].table or next(
        (system.percentages[one].table for one in shown_by if one is not None), "national"
    )


def _show_again(system: System, made: Protection, needs: Needs, fixed: Cover) -> None:
    """Show each cell and percentage again that was hidden to protect, where the attack then finds nothing new."""
    cover = made.cover
    kept = {cell for row in cover.sums for cell, _ in system.rows[row].parts}
    for cell in sorted(cover.cells - fixed.cells - kept, key=lambda one: (-system.cells[one].value, one)):
        around = next(iter(View(system, cover).groups([cell]))).cells
        cover.cells.remove(cell)
        if _leaves_narrow(system, cover, around, needs):
            cover.cells.add(cell)
    for one in sorted(cover.percentages - fixed.percentages, key=lambda number: -system.percentages[number].weight):
        around = sorted({cell for row in system.rows if row.shown_by == one for cell, _ in row.parts})
        cover.percentages.remove(one)
        if _leaves_narrow(system, cover, next(iter(View(system, cover).groups(around))).cells, needs):
            cover.percentages.add(one)


def _leaves_narrow(system: System, cover: Cover, cells: Sequence[int], needs: Needs) -> bool:
    """Whether any small cell of these has too few possible values."""
    view = View(system, cover)
    for group in view.groups(cells):
        for cell in group.cells:
            if system.cells[cell].is_small and possible(group.bounds(cell)) < needs.of(cell):
                return True
    return False


def _protect_from(blocks: Blocks, made: Protection, rules: Rules, needs: Needs, chairs: Mapping[str, Chair]) -> None:
    """Hide what keeps each provider from knowing a small cell in which it has no part."""
    system, cover = blocks.system, made.cover
    for name, chair in sorted(chairs.items()):
        for found in list(attack.known_to(system, cover, {name: chair}, needs)):
            if found.cell not in chair.exactly and _moved(blocks, cover, found.cell, 1, chair):
                continue
            for _ in _last_resorts(system, made, rules, found.cell):
                if all(left.cell != found.cell for left in attack.known_to(system, cover, {name: chair}, needs)):
                    break
            else:
                raise NotProtected(_table_of(system, found.cell), system.cells[found.cell].name)


class Blocks:
    """The moves of a system: how far cells can go from what they are, in parts that share no row."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._block_of: dict[int, Block] = {}

    def touched(self, view: View, cell: int, by: int) -> set[int] | None:
        """The shown cells that move in the cheapest move of a cell by so much; None where it cannot."""
        if cell not in self._block_of:
            block = Block(self.system, self._around(cell))
            self._block_of |= dict.fromkeys(block.cells, block)
        return self._block_of[cell].touched(view, cell, by)

    def _around(self, start: int) -> list[int]:
        """All cells not known to everyone that hang together with this one, shown or not."""
        found, waiting = {start}, [start]
        while waiting:
            for row in self.system.rows_of[waiting.pop()]:
                new = {one for one, _ in self.system.rows[row].parts if not self.system.cells[one].is_known} - found
                found |= new
                waiting += sorted(new)
        return sorted(found)


class Block:
    """Cells that hang together, as a linear programme in which each goes up or down at its price."""

    def __init__(self, system: System, cells: Sequence[int]) -> None:
        self.system, self.cells = system, cells
        self._place = {cell: place for place, cell in enumerate(cells)}
        self._highs = silent()
        size = len(cells)
        self._highs.addVars(2 * size, np.zeros(2 * size), np.zeros(2 * size))  # all ups, then all downs
        self.rows = sorted({row for cell in cells for row in system.rows_of[cell]})
        for number in self.rows:
            row = system.rows[number]
            parts = [(self._place[cell], factor) for cell, factor in row.parts if cell in self._place]
            places = np.array([*(one for one, _ in parts), *(size + one for one, _ in parts)], dtype=np.int32)
            factors = np.array([*(factor for _, factor in parts), *(-factor for _, factor in parts)], dtype=float)
            self._highs.addRow(*self._room(number), len(places), places, factors)

    def _room(self, number: int) -> tuple[float, float]:
        row = self.system.rows[number]
        total = sum(factor * self.system.cells[cell].value for cell, factor in row.parts)
        return min(row.lowest - total, 0.0), max(row.highest - total, 0.0)

    def touched(self, view: View, cell: int, by: int) -> set[int] | None:
        if self.system.cells[cell].value + by < view.lowest(cell):
            return None
        self._set(view)
        place, size = self._place[cell], len(self.cells)
        up, down = (float(by), 0.0) if by > 0 else (0.0, float(-by))
        self._highs.changeColBounds(place, up, up)
        self._highs.changeColBounds(size + place, down, down)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        moved = self._highs.getSolution().col_value
        went = (one for one in range(size) if abs(moved[one] - moved[size + one]) > SLACK)
        return {self.cells[one] for one in went if not view.is_unknown(self.cells[one])}

    def _set(self, view: View) -> None:
        """Bounds and prices as they now are."""
        size = len(self.cells)
        ups, downs, costs = np.zeros(size), np.zeros(size), np.zeros(size)
        for place, number in enumerate(self.cells):
            cell = self.system.cells[number]
            if number in view.chair.exactly or not (cell.value or view.is_unknown(number)):
                continue  # a shown zero stays one
            ups[place] = highspy.kHighsInf
            downs[place] = max(cell.value - view.lowest(number), 0)
            costs[place] = 0 if view.is_unknown(number) else weight(cell.value)
        every = np.arange(2 * size, dtype=np.int32)
        self._highs.changeColsBounds(2 * size, every, np.zeros(2 * size), np.concatenate([ups, downs]))
        self._highs.changeColsCost(2 * size, every, np.concatenate([costs, costs]))
        for place, number in enumerate(self.rows):
            room = self._room(number) if view.holds(number) else (-highspy.kHighsInf, highspy.kHighsInf)
            self._highs.changeRowBounds(place, *room)
