"""What can be computed of the small cells from all that is known: by an outsider, and from the chair of each provider.

Looks at a system and a cover; hides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from orchestration.publishing.disclosure.system import (
    SLACK,
    Chair,
    Cover,
    Group,
    Interval,
    System,
    View,
    possible,
)


@dataclass(frozen=True)
class Needs:
    """How many values must be possible for a small cell: what the rules ask, or as many as the prints leave of it."""

    usually: int
    printed: Mapping[int, int] = field(default_factory=dict)
    known_anyhow: Collection[tuple[str, int]] = frozenset()  # by a provider that reads the prints

    def of(self, cell: int) -> int:
        return self.printed.get(cell, self.usually)


@dataclass(frozen=True)
class Narrow:
    """A small cell that can be computed too well; `by` names the provider that can, empty for anyone."""

    cell: int
    interval: Interval
    by: str = ""


def small_cells(system: System, cover: Cover) -> list[int]:
    """What is to be protected: small cells that are hidden, or that no table shows."""
    view = View(system, cover)
    return [number for number, cell in enumerate(system.cells) if cell.is_small and view.is_unknown(number)]


def intervals(system: System, cover: Cover, cells: Iterable[int]) -> dict[int, Interval]:
    """The least and the most that each of these can be for an outsider."""
    view, wanted = View(system, cover), set(cells)
    found = {}
    for group in view.groups(sorted(wanted)):
        for cell in group.cells:
            if cell in wanted:
                found[cell] = group.bounds(cell)
    return found


def narrow(system: System, cover: Cover, needs: Needs) -> list[Narrow]:
    """The small cells with fewer possible values than they need."""
    found = intervals(system, cover, small_cells(system, cover))
    return [Narrow(cell, one) for cell, one in sorted(found.items()) if possible(one) < needs.of(cell)]


def _all_but_zeros(system: System) -> Cover:
    ours = {number for number, cell in enumerate(system.cells) if cell.table and not cell.is_known and cell.value}
    return Cover(ours, set(range(len(system.percentages))))


def left_by_prints(system: System, chairs: Mapping[str, Chair], usually: int) -> Needs:
    """What each small cell needs where the printed documents are known: they leave some of them less than usual."""
    few = {one.cell: int(possible(one.interval)) for one in narrow(system, _all_but_zeros(system), Needs(usually))}
    found = known_to(system, _all_but_zeros(system), chairs, Needs(usually, few))
    return Needs(usually, few, frozenset((one.by, one.cell) for one in found))


def known_to(system: System, cover: Cover, chairs: Mapping[str, Chair], needs: Needs) -> Iterator[Narrow]:
    """The small cells that a provider knows exactly though it has no part in them and the prints do not say so."""
    small = {cell for cell in small_cells(system, cover) if needs.of(cell) > 1}
    for name, chair in sorted(chairs.items()):
        others = {one for one in small if not chair.at_least.get(one) and (name, one) not in needs.known_anyhow}
        view = View(system, cover, chair)
        for group in _concerned(view, chair):
            found = pinned(system, group, others.intersection(group.cells))
            yield from (Narrow(cell, (value, value), name) for cell, value in found)
        yield from (Narrow(one, (system.cells[one].value,) * 2, name) for one in sorted(others & set(chair.exactly)))


def _concerned(view: View, chair: Chair) -> Iterator[Group]:
    """The groups of which this chair knows more than an outsider."""
    hidden = View(view.system, view.cover)
    own = {cell for cell in (*chair.at_least, *chair.exactly) if hidden.is_unknown(cell)}
    around = set(own)
    for cell in own & set(chair.exactly):  # what it knows exactly splits the group in which that stands
        for row in view.system.rows_of[cell]:
            around |= {one for one, _ in view.system.rows[row].parts}
    yield from view.groups(sorted(around))


def pinned(system: System, group: Group, cells: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Those of these cells that can be one value only, with it."""
    left = set(cells)
    for sign in (1.0, -1.0):  # one solution often shows of many that they can be other
        if left:
            _, solution = group.extreme(dict.fromkeys(sorted(left), sign))
            left = {cell for cell in left if not _is_other(system, solution, cell)}
    for cell in sorted(left):
        lowest, highest = group.bounds(cell)
        if highest <= lowest:
            yield cell, lowest


def _is_other(system: System, solution: Mapping[int, float], cell: int) -> bool:
    """Whether a solution has another value for a cell than the true one, by a whole number."""
    return abs(solution.get(cell, system.cells[cell].value) - system.cells[cell].value) >= 1 - SLACK
