"""Reads a template that was filled in: the same rows as the tidy table, each at the cell of its number.

Only what was filled in becomes a row. Whether that is enough is for the gate; where the cells stand that it may miss is
told with the rows (`ReadFile.places`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils import column_index_from_string, get_column_letter

from orchestration.findings.findings import Finding, Ours, finding
from orchestration.reading import editions, tidy
from orchestration.reading.editions import EDITION_LABEL, Cell, Edition, blocks
from orchestration.reading.grid import BLANKS, Grid, is_number
from orchestration.reading.tidy import ReadFile
from orchestration.reading.workbook import Book

_COVER_ROWS = 40


def find_cover(sheets: Iterator[Grid]) -> Grid | None:
    """The cover sheet, by which a template is recognised."""
    return next((sheet for sheet in sheets if sheet.find(EDITION_LABEL, _COVER_ROWS)), None)


def read(book: Book, cover: Grid) -> ReadFile:
    """The rows of a template of any edition."""
    try:
        filled_in = FilledIn(book, cover, edition_of(cover))
    except UnknownEdition as unknown:
        return ReadFile(findings=[unknown.finding])
    filled_in.read()
    file = filled_in.file
    if not file.rows and not file.findings:
        file.findings.append(finding("E806"))
    return file


class UnknownEdition(Exception):
    """The cover sheet names an edition that we have no layout of."""

    def __init__(self, said: Finding) -> None:
        super().__init__(said.message)
        self.finding = said


def edition_of(cover: Grid) -> Edition:
    """The edition that a cover sheet names."""
    found = cover.find(EDITION_LABEL, _COVER_ROWS)
    assert found, "a sheet without it is no cover"
    column, row = get_column_letter(column_index_from_string(found[0]) + 1), found[1]
    name = cover.at(column, row).strip()
    if name not in editions.known():
        listed = Ours(", ".join(editions.known()))
        raise UnknownEdition(finding("E801", cover.location(column, row), edition=name, editions=listed))
    return editions.load(name)


@dataclass
class FilledIn:
    """One template being read. `entries`: all that was filled in, right or wrong, by location."""

    book: Book
    cover: Grid
    edition: Edition
    file: ReadFile = field(default_factory=ReadFile)
    entries: dict[str, str | int | float] = field(default_factory=dict)

    def read(self) -> None:
        """Fill `file` and `entries`."""
        self.file.owner = self.owner
        cover = self.edition.cover
        self.file.name = self.cover.at(*_split(cover.name)).strip()
        for column, row in map(_split, (cover.name, cover.organisation, cover.quarter)):
            self.file.places[(self.cover.at(column, row).strip(),)] = self.cover.location(column, row)
        declined = set(self._read_answers())
        for trajectory, name in self.edition.sheets.items():
            if not self._is_asked(trajectory):
                continue
            if name in self.book.names:
                self._read_sheet(trajectory, self.book.sheet(name))
            elif trajectory not in declined:
                self.file.findings.append(finding("E802", Ours(name), sheet=Ours(name)))

    @cached_property
    def owner(self) -> tuple[str, str]:
        """Organisation and quarter, as the cover sheet says."""
        cover = self.edition.cover
        organisation, quarter = (self.cover.at(*_split(place)) for place in (cover.organisation, cover.quarter))
        return organisation.strip(), quarter.strip()

    @cached_property
    def regions(self) -> dict[str, str]:
        """Region codes by what may stand in the region column: the name that was chosen, or the code itself."""
        if self.edition.lists not in self.book.names:
            self.file.findings.append(finding("E802", Ours(self.edition.lists), sheet=Ours(self.edition.lists)))
            return {}
        lists = self.book.sheet(self.edition.lists)
        listed = {lists.at("A", row).strip(): lists.at("B", row).strip() for row in range(2, lists.last_row + 1)}
        return {code: code for code in listed.values()} | listed

    def _is_asked(self, trajectory: str) -> bool:
        """Whether the cover sheet lists it: a quarter's template leaves out what is not registered yet."""
        column, row = _split(self.edition.cover.answers[trajectory])
        left_of_it = range(1, column_index_from_string(column))
        return any(self.cover.at(get_column_letter(number), row).strip() for number in left_of_it)

    def _read_answers(self) -> Iterator[str]:
        """The declarations; the trajectories that are declared not to be offered."""
        cover, words = self.edition.cover, self.edition.words
        for trajectory, reference in cover.answers.items():
            if self._answers(reference, words.not_offered):
                self._declare(reference, trajectory, "not_offered")
                yield trajectory
        if self._answers(cover.withdrawn, words.withdrawn):
            self._declare(cover.withdrawn, "", "withdrawn")

    def _answers(self, reference: str, expected: str) -> bool:
        """Whether an answer was given; another one than can be chosen is a finding."""
        column, row = _split(reference)
        answer = self.cover.at(column, row).strip()
        if answer:
            self.entries[self.cover.location(column, row)] = answer
        if answer.lower() not in ("", expected):
            location = self.cover.location(column, row)
            self.file.findings.append(finding("E805", location, answer=answer, expected_answer=Ours(expected)))
        return answer.lower() == expected

    def _declare(self, reference: str, trajectory: str, category: str) -> None:
        location = self.cover.location(*_split(reference))
        fields = (*self.owner, "", trajectory, "declaration", "", category, "")
        self.file.rows.append(tidy.row(location, fields))

    def _read_sheet(self, trajectory: str, sheet: Grid) -> None:
        cells = list(self._readable(trajectory, sheet))
        for row in sorted(row for row in sheet.cells if row >= self.edition.rows.first):
            column = self.edition.columns.region
            if name := sheet.at(column, row).strip():
                self.entries[sheet.location(column, row)] = name
            if any(_is_filled(sheet, cell, row) for cell in cells):
                self._read_row(sheet, cells, row, self.regions.get(name), name)

    def _readable(self, trajectory: str, sheet: Grid) -> Iterator[Cell]:
        """The columns whose headers are as we wrote them; of the others nothing is read."""
        rows = self.edition.rows
        for heading, block in blocks(self.edition.by_sheet[trajectory]):
            if not self._is_header(sheet, block[0].column, rows.heading, heading):
                self.file.unread += [(0, cell.key) for cell in block]
                continue
            for cell in block:
                if self._is_header(sheet, cell.column, rows.header, cell.header):
                    yield cell
                else:
                    self.file.unread.append((0, cell.key))

    def _is_header(self, sheet: Grid, column: str, row: int, expected: str) -> bool:
        found = " ".join(sheet.at(column, row).split())
        if found != expected:
            location = sheet.location(column, row)
            self.file.findings.append(finding("E803", location, header=found, expected_header=Ours(expected)))
        return found == expected

    def _read_row(self, sheet: Grid, cells: list[Cell], row: int, region: str | None, name: str) -> None:
        if region is None:
            location = sheet.location(self.edition.columns.region, row)
            self.file.findings.append(finding("E804", location, region=name))
        for cell in cells:
            location, value = sheet.location(cell.column, row), sheet.value(cell.column, row)
            if _is_filled(sheet, cell, row):
                self.entries[location] = value if is_number(value) else sheet.at(cell.column, row)
                if region is not None:
                    what = (cell.trajectory, cell.measure, cell.breakdown, cell.category)
                    self.file.rows.append(tidy.row(location, (*self.owner, region, *what, sheet.at(cell.column, row))))
            elif region is not None:
                self.file.places[region, *cell.key] = location
                self.file.places.setdefault((region, cell.trajectory, cell.measure_group), location)


def _is_filled(sheet: Grid, cell: Cell, row: int) -> bool:
    """Whether something was filled in, be it a formula that came to nothing."""
    return bool(sheet.at(cell.column, row).strip(BLANKS)) or sheet.is_without_result(cell.column, row)


def _split(reference: str) -> tuple[str, int]:
    """Column and row of a reference such as C4."""
    column = reference.rstrip("0123456789")
    return column, int(reference[len(column) :])
