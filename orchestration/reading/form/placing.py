"""Finds on a sheet of a template what was moved there: rows and columns, by what stands above them.

A column is known by its heading and header: what we wrote above it decides, not where it stands. So a copy can hold
every number at its place, while the gate takes only what was left as it was. What the numbers are is for the reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils import column_index_from_string as index_of
from openpyxl.utils import get_column_letter as letters

from orchestration.findings.findings import shown
from orchestration.reading.form.editions import REGION_HEADER, TOTAL_HEADER, TOTAL_ROW, Cell, Edition, blocks
from orchestration.reading.grid import Grid

TOP = 40  # rows among which the headers are looked for
BEYOND = 50  # columns beyond ours that are looked at
_FEW = 3  # columns that are named one by one
Key = tuple[str, str, str, str]


@dataclass
class Placed:
    """Where on one sheet what stands. `columns`: the column of each cell that was found, by number.

    `problem`: in words, what is not as in the template, '' if nothing is; `at`: the places that it is about; `changed`:
    what stands there and what should, where that is all. `is_lost`: there are numbers that may belong to the template,
    and nobody can say where.
    """

    sheet: Grid
    edition: Edition
    trajectory: str
    columns: dict[Key, int] = field(default_factory=dict)
    problem: str = ""
    at: list[str] = field(default_factory=list)
    changed: tuple[str, str] | None = None
    is_lost: bool = False

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that were handed out on this sheet."""
        return self.edition.by_sheet[self.trajectory]

    @cached_property
    def header(self) -> int:
        """The row of the headers: where most of them stand."""
        return self._row_of({_words(cell.header) for cell in self.cells}, self.edition.rows.header)

    @cached_property
    def heading(self) -> int:
        """The row of the headings of the blocks."""
        rows = self.edition.rows
        return self._row_of({_words(cell.heading) for cell in self.cells}, self.header - rows.header + rows.heading)

    @cached_property
    def first(self) -> int:
        """The row of the first region: a fixed number of rows below the totals of all, if none stands before it."""
        rows = self.edition.rows
        below = (row for row in sorted(self.sheet.cells) if row >= self.header)
        total = next((row for row in below if self.text(self.region, row) == TOTAL_ROW), None)
        start, after = (total, rows.first - rows.total) if total else (self.header, rows.first - rows.header)
        named = (row for row in range(start + 1, start + after) if self.text(self.region, row))
        return next(named, start + after)

    @cached_property
    def rows(self) -> list[int]:
        """The rows from the first region's on in which anything stands."""
        return [row for row in sorted(self.sheet.cells) if row >= self.first]

    @cached_property
    def region(self) -> int:
        """The column of the regions."""
        found = (column for column in range(1, self.width + 1) if self.text(column, self.header) == REGION_HEADER)
        return next(found, index_of(self.edition.columns.region))

    @property
    def has_regions(self) -> bool:
        """Whether the column of the regions is there, by its header."""
        return self.text(self.region, self.header) == REGION_HEADER

    @cached_property
    def width(self) -> int:
        """How many columns are looked at."""
        ours: int = max(index_of(column) for cell in self.cells for column in (*cell.columns, cell.total) if column)
        return min(max((len(self.sheet.line(row)) for row in range(1, TOP + 1)), default=0), ours + BEYOND)

    @cached_property
    def headings(self) -> list[str]:
        """The heading of the block that each column is in, by number: it stands above the first column of a block."""
        found = [""]
        for column in range(1, self.width + 1):
            found.append(self.text(column, self.heading) or found[-1])
        return found

    @cached_property
    def quarters(self) -> list[str]:
        """What stands below each header, by column number: the quarter asked for, or that of the last delivery."""
        row = self.header - self.edition.rows.header + self.edition.rows.quarter
        texts = (self.text(column, row) for column in range(1, self.width + 1))
        return ["", *("" if text.isdecimal() else text for text in texts)]

    @cached_property
    def asked(self) -> str:
        """The quarter that stands below most of the headers: what is below another is no column to fill in."""
        below = (self.quarters[column] for column in self._after_regions if self.text(column, self.header))
        usual = Counter(filter(None, below)).most_common(1)
        return usual[0][0] if usual else ""

    @cached_property
    def has_headers(self) -> bool:
        """Whether at least half of the headers stand on one row."""
        expected = {_words(cell.header) for cell in self.cells}
        return len(expected & {self.text(column, self.header) for column in range(1, self.width + 1)}) * 2 >= len(
            expected
        )

    @property
    def is_moved(self) -> bool:
        """Whether rows, or the column of the regions, do not stand where they were."""
        rows, region = self.edition.rows, index_of(self.edition.columns.region)
        return (self.heading, self.header, self.first, self.region) != (rows.heading, rows.header, rows.first, region)

    def text(self, column: int, row: int) -> str:
        """A text, with its spaces and line ends made alike."""
        return _words(self.sheet.at(letters(column), row)) if column > 0 and row > 0 else ""

    def above(self, column: int) -> tuple[str, str]:
        """The heading and header above a column."""
        return (self.headings[column], self.text(column, self.header)) if column <= self.width else ("", "")

    def is_in_place(self, cell: Cell) -> bool:
        """Whether a column stands where we put it, below what we wrote."""
        column = index_of(cell.column)
        return not self.is_moved and self.columns.get(cell.key) == column and self.above(column) == _expected(cell)

    def total(self, block: tuple[Cell, ...]) -> int | None:
        """The column that adds up a block."""
        last = next((cell for cell in reversed(block) if cell.total and cell.key in self.columns), None)
        if last is None:
            return None
        column = self.columns[last.key] + index_of(last.total) - index_of(last.column)
        return column if self.text(column, self.header) == TOTAL_HEADER else None

    def below(self, column: int) -> Iterator[str]:
        """What stands in the rows of the regions."""
        return (self.text(column, row) for row in self.rows)

    def free(self) -> list[int]:
        """The columns after the regions that may be filled in and are no cell's."""
        taken = set(self.columns.values())
        return [column for column in self._after_regions if column not in taken and self._may_be_ours(column)]

    @property
    def _after_regions(self) -> range:
        return range(self.region + 1, self.width + 1)

    @property
    def start(self) -> int:
        """The first column that is a cell's."""
        return min(self.columns.values(), default=self.region + 1)

    def _may_be_ours(self, column: int) -> bool:
        """No total, nor the last delivery's numbers beside a cell."""
        header, quarter = self.text(column, self.header), self.quarters[column]
        return header != TOTAL_HEADER and (quarter in ("", self.asked) or not self.asked)

    def _row_of(self, expected: Collection[str], otherwise: int) -> int:
        """The row that holds most of the expected texts, if that is half of them."""
        found = {row: len(set(map(_words, self.sheet.line(row))) & set(expected)) for row in range(1, TOP + 1)}
        best = max(found, key=lambda row: (found[row], -abs(row - otherwise)), default=otherwise)
        return best if found.get(best, 0) * 2 >= len(expected) else otherwise


def place(sheet: Grid, edition: Edition, trajectory: str) -> Placed:
    """Find the columns of a trajectory on a sheet, and say what is not as it was."""
    placed = Placed(sheet, edition, trajectory)
    _claim_in_place(placed)
    _claim(placed, placed.above, _expected)
    _claim(placed, lambda column: (placed.text(column, placed.header),), lambda cell: (_words(cell.header),))
    changed = _claim_by_position(placed)
    after = (column for column in placed.free() if column > placed.start)
    if any(any(placed.below(column)) for column in (*placed.columns.values(), *after)):
        _say(placed, changed)
    return placed


def resembles(sheet: Grid, edition: Edition, trajectory: str) -> bool:
    """Whether a sheet has the headers of a trajectory's."""
    return Placed(sheet, edition, trajectory).has_headers


def _words(text: str) -> str:
    return " ".join(text.split())


def _expected(cell: Cell) -> tuple[str, ...]:
    return _words(cell.heading), _words(cell.header)


def _claim_in_place(placed: Placed) -> None:
    free = set(placed.free())
    for cell in placed.cells:
        column = index_of(cell.column)
        if column in free and placed.above(column) == _expected(cell):
            placed.columns[cell.key] = column


def _claim(
    placed: Placed, above: Callable[[int], tuple[str, ...]], expected: Callable[[Cell], tuple[str, ...]]
) -> None:
    """Give a column to each cell whose words stand above no other, where no other cell has these words."""
    columns = {column: above(column) for column in placed.free() if placed.text(column, placed.header)}
    cells = {cell.key: expected(cell) for cell in placed.cells if cell.key not in placed.columns}
    found, wanted = Counter(columns.values()), Counter(cells.values())
    for key, words in cells.items():
        if found[words] == wanted[words] == 1:
            placed.columns[key] = next(column for column in columns if columns[column] == words)


def _claim_by_position(placed: Placed) -> list[Cell]:
    """The cells that still stand between their neighbours, below other words: their header or heading was changed."""
    changed, shift = [], 0
    for cell in placed.cells:
        expected = index_of(cell.column)
        column = placed.columns.get(cell.key, expected + shift)
        if cell.key in placed.columns and placed.above(column) == _expected(cell):
            shift = column - expected
        elif column != expected + shift:
            continue
        elif cell.key in placed.columns:
            changed.append(cell)
        elif column in placed.free() and (placed.text(column, placed.header) or placed.quarters[column]):
            placed.columns[cell.key] = column
            changed.append(cell)
    return changed


def _say(placed: Placed, changed: list[Cell]) -> None:
    moved = any(column != index_of(placed.edition.by_key[key].column) for key, column in placed.columns.items())
    if not placed.has_headers or (moved and not placed.has_regions):
        placed.is_lost = True
        missing = "kolom met de regio's ontbreekt" if placed.has_headers else "koppen boven de kolommen ontbreken"
        placed.problem = f"de {missing}"
        placed.at.append(_header(placed, placed.region))
        return
    said = [*_rows(placed), *_missing(placed), *_columns(placed), *_headers(placed, changed), *_others(placed)]
    placed.problem = "; ".join(said)
    if said and not placed.at:
        placed.at.append(placed.sheet.location(letters(placed.region), placed.header))
    if len(said) == len(placed.at) == 1 and changed:
        column, cell = placed.columns[changed[0].key], changed[0]
        differs = [
            (found, ours)
            for found, ours in zip(placed.above(column), (cell.heading, cell.header), strict=True)
            if found != _words(ours)
        ]
        placed.changed = differs[0]


def _rows(placed: Placed) -> Iterator[str]:
    rows, place_ = placed.edition.rows, placed.sheet.location(letters(placed.region), placed.header)
    if placed.header != rows.header:
        placed.at.append(place_)
        yield f"de koppen staan op rij {placed.header} in plaats van rij {rows.header}"
    elif (placed.heading, placed.first) != (rows.heading, rows.first):
        placed.at.append(place_)
        yield "er is een rij ingevoegd of weggehaald boven de eerste regio"


def _columns(placed: Placed) -> Iterator[str]:
    """Columns that were inserted, or moved; those that moved with what was inserted are not told one by one."""
    moved = [
        cell for cell in placed.cells if placed.columns.get(cell.key, index_of(cell.column)) != index_of(cell.column)
    ]
    last = max(placed.columns.values(), default=0)
    before = index_of(placed.cells[0].column) - index_of(placed.edition.columns.region)
    inserted = range(placed.region + before, placed.start)
    new = [*inserted, *(one for one in placed.free() if placed.start < one < last and _is_new(placed, one))]
    if placed.region != index_of(placed.edition.columns.region):
        new = [placed.region - 1, *new]
    if not moved and placed.region == index_of(placed.edition.columns.region):
        return
    placed.at += [_header(placed, column) for column in new or [placed.columns[cell.key] for cell in moved]]
    if new:
        filled = any(any(placed.below(column)) for column in new)
        listed = ", ".join(map(letters, new[:_FEW])) + (" …" if len(new) > _FEW else "")
        words = f"kolommen ({listed})" if len(new) > 1 else f"kolom ({listed})"
        yield f"er {'zijn' if len(new) > 1 else 'is een'} {words} ingevoegd" + (
            "; wat daarin staat, hoort niet bij het sjabloon" if filled else ""
        )
    elif len(moved) <= _FEW:
        yield f"{_names(moved)} {'staan' if len(moved) > 1 else 'staat'} in een andere kolom"
    else:
        yield f"{len(moved)} kolommen staan niet op hun plaats: er zijn kolommen verplaatst of weggehaald"


def _is_new(placed: Placed, column: int) -> bool:
    """Not one of ours: no quarter below its header."""
    return not placed.quarters[column] and bool(placed.asked or placed.text(column, placed.header))


def _headers(placed: Placed, changed: list[Cell]) -> Iterator[str]:
    """Other words above a column. One changed heading is one thing, whatever stands below it."""
    told: set[int] = set()
    for cell in changed:
        column = placed.columns[cell.key]
        row, expected = placed.header, cell.header
        if placed.text(column, row) == _words(expected):
            row, expected, column = placed.heading, cell.heading, _start(placed, cell)
        if (place_ := row * 100_000 + column) not in told:
            told.add(place_)
            placed.at.append(placed.sheet.location(letters(column), row))
            found = shown(placed.text(column, row))
            yield f"boven kolom {letters(column)} hoort '{expected}' te staan, maar er staat '{found}'"


def _start(placed: Placed, cell: Cell) -> int:
    """The first column of the block that a cell is in."""
    block = next(block for _, block in blocks(placed.cells) if cell in block)
    return placed.columns.get(block[0].key, placed.columns[cell.key])


def _missing(placed: Placed) -> Iterator[str]:
    missing = [cell for cell in placed.cells if cell.key not in placed.columns]
    if 0 < len(missing) <= _FEW:
        yield f"{_names(missing)} {'ontbreken' if len(missing) > 1 else 'ontbreekt'}"
    elif missing:
        yield f"{len(missing)} kolommen ontbreken, de eerste {_names(missing[:1])}"


def _others(placed: Placed) -> Iterator[str]:
    """Columns of ours that are there twice. With other numbers in them, nobody can say which are right."""
    by_words = {_expected(cell): cell.key for cell in placed.cells}
    for column in placed.free():
        if not placed.quarters[column] or not any(values := list(placed.below(column))):
            continue
        same = placed.columns.get(by_words.get(placed.above(column), ("", "", "", "")))
        placed.is_lost = placed.is_lost or same is None or list(placed.below(same)) != values
        placed.at.append(_header(placed, column))
        yield f"kolom {letters(column)} ('{shown(placed.text(column, placed.header))}') staat er nog een keer"


def _header(placed: Placed, column: int) -> str:
    return placed.sheet.location(letters(column), placed.header)


def _names(cells: list[Cell]) -> str:
    return " en ".join(f"'{cell.heading}: {cell.header}'" for cell in cells)
