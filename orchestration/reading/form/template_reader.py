"""Reads a template that was filled in: the same rows as the tidy table, each at the cell of its number.

Only what was filled in becomes a row. Whether that is enough is for the gate; where the cells stand that it may miss is
told with the rows (`ReadFile.places`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

from orchestration.findings.dutch import number
from orchestration.findings.findings import PLACES, Finding, Ours, finding, finding_on_sheet
from orchestration.reading import tidy
from orchestration.reading.form import editions, placing
from orchestration.reading.form.cover import Cover
from orchestration.reading.form.editions import EDITION_LABEL, Cell, Edition, blocks
from orchestration.reading.form.placing import Key, Placed
from orchestration.reading.grid import BLANKS, Grid, is_number
from orchestration.reading.tidy import ReadFile
from orchestration.reading.xlsx.workbook import Book

_COVER_ROWS = 40


def find_cover(sheets: Iterator[Grid]) -> Grid | None:
    """The cover sheet, by which a template is recognised: of several, the one that still has its name."""
    names = {edition.cover.sheet for edition in map(editions.load, editions.known())}
    covers = [sheet for sheet in sheets if sheet.find(EDITION_LABEL, _COVER_ROWS)]
    return next((sheet for sheet in covers if sheet.name in names), covers[0] if covers else None)


def without_cover(book: Book) -> ReadFile | None:
    """The refusal of a template of which the cover sheet is gone: nobody knows whose it is."""
    for edition in map(editions.load, reversed(editions.known())):
        if set(edition.sheets.values()) & set(book.names):
            name = Ours(edition.cover.sheet)
            problem = Ours(f"ontbreekt het tabblad {name}, waarop staat van wie de cijfers zijn")
            return ReadFile(findings=[finding("E802", name, sheet=name, problem=problem)], is_template=True)
    return None


def read(book: Book, cover: Grid) -> ReadFile:
    """The rows of a template of any edition."""
    try:
        filled_in = FilledIn(book, cover, edition_of(cover))
    except UnknownEdition as unknown:
        return ReadFile(findings=[unknown.finding], is_template=True)
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


class Place(NamedTuple):
    """What a cell of the form is, whatever the edition: a cell, region, total, header, answer or fact."""

    kind: str
    trajectory: str = ""
    key: Key = ("", "", "", "")
    row: int = 0

    def location(self, edition: Edition) -> str | None:
        """Where it stands in an edition, None where that has no such place."""
        cover, rows = edition.cover, edition.rows
        if self.kind in ("organisation", "quarter", "name", "withdrawn"):
            return f"{cover.sheet}!{getattr(cover, self.kind)}"
        if self.kind == "answer":
            return f"{cover.sheet}!{cover.answers[self.trajectory]}" if self.trajectory in cover.answers else None
        if self.kind == "region":
            return edition.location(self.trajectory, edition.columns.region, rows.first + self.row)
        cell = edition.by_key.get(self.key)
        if cell is None:
            return None
        row = {"header": rows.header, "heading": rows.heading, "grand_total": rows.total}.get(
            self.kind, rows.first + self.row
        )
        column = cell.total if self.kind == "total" else cell.column
        return edition.location(self.trajectory, column, row) if column else None


@dataclass
class FilledIn:
    """One template being read. `entries`: all that was filled in, right or wrong, by what it is; `at`: what stands at
    each location that can be pointed at; `missing`: the trajectories without a sheet.

    `is_lost`: there are numbers that may be part of the delivery and nobody can say where they belong.
    """

    book: Book
    cover: Grid
    edition: Edition
    file: ReadFile = field(default_factory=lambda: ReadFile(is_template=True))
    entries: dict[Place, str | int | float] = field(default_factory=dict)
    at: dict[str, Place] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    sheets: dict[str, Grid] = field(default_factory=dict)
    is_lost: bool = False

    def read(self) -> None:
        """Fill `file`, `entries` and `at`."""
        self._read_facts()
        declined = set(self._read_answers())
        for trajectory, name in self.edition.sheets.items():
            if name in self.book.names:  # whatever the cover says of it: its numbers were sent
                self._read_sheet(trajectory, self._sheet(name))
                self._compare_with_doubles(trajectory, name)
            elif trajectory not in declined and self.facts.is_asked(trajectory):
                self._read_renamed(trajectory, name)

    @cached_property
    def facts(self) -> Cover:
        """The cover sheet, with what was moved on it."""
        named = {one: name for one, name in self.edition.sheets.items() if name in self.book.names}
        return Cover(self.cover, self.edition, {one: _title(self._sheet(name)) for one, name in named.items()})

    @cached_property
    def owner(self) -> tuple[str, str]:
        """Organisation and quarter, as the cover sheet says."""
        return self.cover.at(*self.facts.organisation).strip(), self.cover.at(*self.facts.quarter).strip()

    @cached_property
    def regions(self) -> dict[str, str] | None:
        """Region codes by what may stand in the region column: the name that was chosen, or the code itself."""
        lists = next(
            (one for one in self._lists() if one.name == self.edition.lists or one.at("B", 1) == "region_code"), None
        )
        if lists is None:
            problem = Ours(f"ontbreekt het verborgen tabblad {self.edition.lists}, met de namen van de regio's")
            sheet = Ours(self.edition.lists)
            self.file.findings.append(finding("E802", Ours(self.edition.lists), sheet=sheet, problem=problem))
            return None
        listed = {lists.at("A", row).strip(): lists.at("B", row).strip() for row in range(2, lists.last_row + 1)}
        return {code: code for code in listed.values()} | listed

    def _lists(self) -> Iterator[Grid]:
        first = [name for name in self.book.names if name == self.edition.lists]
        yield from map(self._sheet, first)
        yield from self._unknown

    @cached_property
    def _unknown(self) -> list[Grid]:
        """The sheets that are none of ours by name."""
        edition = self.edition
        ours = {*edition.sheets.values(), edition.lists, edition.explanation, self.cover.name}
        return list(self.book.sheets(name for name in self.book.names if name not in ours))

    def _read_facts(self) -> None:
        self.file.owner = self.owner
        self.file.name = self.cover.at(*self.facts.name).strip()
        for kind in ("name", "organisation", "quarter"):
            reference = getattr(self.facts, kind)
            location = self.cover.location(*reference)
            self.at[location] = Place(kind)
            self.file.places[(self.cover.at(*reference).strip(),)] = location
        covers = [sheet for sheet in self._unknown if sheet.find(EDITION_LABEL, _COVER_ROWS)]
        if not _are_alike([self.cover, *covers]):
            self._twice(self.cover.name, [self.cover, *covers])
        if problem := self.facts.problem:
            location = self.cover.location(*self.facts.organisation)
            self._changed(self.cover.name, [location], problem)

    def _changed(self, sheet: str, at: Sequence[str], problem: str, changed: tuple[str, str] | None = None) -> None:
        """One finding on a sheet that is not as it was handed out."""
        found, expected = changed or (Ours(problem), "de koppen, rijen en kolommen van het sjabloon")
        facts = {"header": found, "expected_header": Ours(expected), "sheet": sheet, "problem": Ours(problem)}
        self.file.findings.append(finding("E803", PLACES.join(dict.fromkeys(at)), **facts))

    def _read_answers(self) -> Iterator[str]:
        """The declarations; the trajectories that are declared not to be offered."""
        words = self.edition.words
        for trajectory, reference in self.facts.answers.items():
            if self._answers(reference, Place("answer", trajectory), words.not_offered):
                self._declare(reference, trajectory, "not_offered")
                yield trajectory
        if self._answers(self.facts.withdrawn, Place("withdrawn"), words.withdrawn):
            self._declare(self.facts.withdrawn, "", "withdrawn")

    def _answers(self, reference: tuple[str, int], place: Place, expected: str) -> bool:
        """Whether an answer was given; another one than can be chosen is a finding."""
        answer, location = self.cover.at(*reference).strip(), self.cover.location(*reference)
        self.at[location] = place
        if answer:
            self.entries[place] = answer
        if answer.lower() not in ("", expected):
            self.file.findings.append(finding("E805", location, answer=answer, expected_answer=Ours(expected)))
        return answer.lower() == expected

    def _declare(self, reference: tuple[str, int], trajectory: str, category: str) -> None:
        fields = (*self.owner, "", trajectory, "declaration", "", category, "")
        self.file.rows.append(tidy.row(self.cover.location(*reference), fields))

    def _read_sheet(self, trajectory: str, sheet: Grid) -> None:
        placed = placing.place(sheet, self.edition, trajectory)
        self.is_lost = self.is_lost or placed.is_lost
        if placed.problem:
            self._changed(sheet.name, placed.at, placed.problem, placed.changed)
            self.file.unread += [(0, cell.key) for cell in placed.cells if not placed.is_in_place(cell)]
        for key, column in placed.columns.items():
            self.at[sheet.location(get_column_letter(column), placed.header)] = Place("header", trajectory, key)
            self.at[sheet.location(get_column_letter(column), placed.heading)] = Place("heading", trajectory, key)
        for nth, row in enumerate(self._rows(placed)):
            _RowReader(self, placed, row, nth).read()
        self._read_grand_totals(placed)

    def _rows(self, placed: Placed) -> list[int]:
        """The rows in which anything stands; those between are left out only where there would be too many."""
        columns = [get_column_letter(column) for column in (placed.region, *placed.columns.values())]
        rows = placed.rows
        filled = [row for row in rows if any(_is_filled(placed.sheet, column, row) for column in columns)]
        filled = [row for row in filled if placed.text(placed.region, row) != editions.TOTAL_ROW]
        is_short = not filled or filled[-1] - placed.first < len(set((self.regions or {}).values()))
        return list(range(placed.first, filled[-1] + 1)) if is_short and filled else filled

    def _read_grand_totals(self, placed: Placed) -> None:
        """Totals of all regions that were typed, where none of the regions has a number: they are no delivery."""
        row = placed.first - self.edition.rows.first + self.edition.rows.total
        typed: dict[str, str] = {}
        for cell in placed.cells:
            column = placed.columns.get(cell.key)
            if column and placed.text(column, row).isdecimal() and not any(placed.below(column)):
                location = placed.sheet.location(get_column_letter(column), row)
                self.at[location] = Place("grand_total", placed.trajectory, cell.key)
                typed[location] = placed.text(column, row)
                self.entries[self.at[location]] = int(typed[location])
        if typed:
            total = int(next(iter(typed.values()))) if len(typed) == 1 else Ours(f"{len(typed)} totalen")
            self.typed_total(PLACES.join(typed), total, None)

    def typed_total(self, location: str, total: object, parts: int | None) -> None:
        """A finding on a total that nobody computed."""
        words = "zijn niet ingevuld" if parts is None else f"tellen op tot {number(parts)}"
        expected = Ours("de losse aantallen") if parts is None else parts
        facts = {"total": total, "parts": Ours(words), "parts_total": expected}
        self.file.findings.append(finding("E809", location, **facts))

    def _sheet(self, name: str) -> Grid:
        """A sheet, laid out once."""
        if name not in self.sheets:
            self.sheets[name] = self.book.sheet(name)
        return self.sheets[name]

    def _doubles(self, trajectory: str) -> list[Grid]:
        """Sheets under another name with the title and the headers of a trajectory's."""
        title = self.facts.title(trajectory)
        return [
            sheet
            for sheet in self._unknown
            if title and title == _title(sheet) and placing.resembles(sheet, self.edition, trajectory)
        ]

    def _read_renamed(self, trajectory: str, name: str) -> None:
        """A trajectory without a sheet of its name: what is certainly that sheet is read all the same."""
        found = self._doubles(trajectory)
        if len(found) > 1 and not _are_alike(found):
            self._twice(name, found)
        problem = f"heet het tabblad {name} nu '{found[0].name}'" if found else f"ontbreekt het tabblad {name}"
        self.file.findings.append(finding("E802", Ours(name), sheet=Ours(name), problem=Ours(problem)))
        if found:
            self._read_sheet(trajectory, self._sheet(found[0].name))
        else:
            self.missing.append(trajectory)
            self.at[name] = Place("answer", trajectory)

    def _compare_with_doubles(self, trajectory: str, name: str) -> None:
        doubles = [sheet for sheet in self._doubles(trajectory) if _filled(sheet, self.edition, trajectory)]
        sheets = [self._sheet(name), *doubles]
        if doubles and not _are_alike(sheets):
            self._twice(name, sheets)

    def _twice(self, name: str, sheets: Sequence[Grid]) -> None:
        self.is_lost = True
        listed = Ours(" en ".join(sheet.name for sheet in sheets))
        self.file.findings.append(finding("E808", Ours(name), sheet=Ours(name), sheets=listed))


@dataclass(frozen=True)
class _RowReader:
    """Reads one row of a sheet; `nth` is which of the rows it is."""

    filled_in: FilledIn
    placed: Placed
    row: int
    nth: int

    def read(self) -> None:
        """The name, the cells and the totals."""
        into, sheet, trajectory = self.filled_in, self.placed.sheet, self.placed.trajectory
        column = get_column_letter(self.placed.region)
        location, name = sheet.location(column, self.row), sheet.at(column, self.row).strip()
        into.at[location] = Place("region", trajectory, row=self.nth)
        if name:
            into.entries[into.at[location]] = name
        filled = [cell for cell in self.placed.cells if self._is_filled(cell)]
        region = (into.regions or {}).get(name)
        if filled and region is None and into.regions is not None:
            into.file.findings.append(finding("E804", location, region=name))
        if filled and region is not None:
            first = into.file.places.setdefault((region, trajectory), location)
            if first != location:
                about = {"region_code": region, "trajectory": trajectory, "region_name": name, "sheet": sheet.name}
                facts = {**about, "first_location": first, "count": len(filled)}
                into.file.findings.append(finding_on_sheet("E501", location, **facts))
                region = None
        for cell in self.placed.cells:
            self._read_cell(cell, region if filled else None)
        for _, block in blocks(self.placed.cells):
            self._read_total(block)

    def _is_filled(self, cell: Cell) -> bool:
        column = self.placed.columns.get(cell.key)
        return bool(column) and _is_filled(self.placed.sheet, get_column_letter(column or 0), self.row)

    def _read_cell(self, cell: Cell, region: str | None) -> None:
        if cell.key not in self.placed.columns:
            return
        into, sheet = self.filled_in, self.placed.sheet
        column = get_column_letter(self.placed.columns[cell.key])
        location, value = sheet.location(column, self.row), sheet.value(column, self.row)
        place = into.at[location] = Place("cell", cell.trajectory, cell.key, self.nth)
        is_filled = self._is_filled(cell)
        if is_filled:
            into.entries[place] = value if is_number(value) else sheet.at(column, self.row)
        if region is None or not self.placed.is_in_place(cell):
            return
        if is_filled:
            what = (cell.trajectory, cell.measure, cell.breakdown, cell.category)
            into.file.rows.append(tidy.row(location, (*into.owner, region, *what, sheet.at(column, self.row))))
        else:
            into.file.places[region, *cell.key] = location
            into.file.places.setdefault((region, cell.trajectory, cell.measure_group), location)

    def _read_total(self, block: tuple[Cell, ...]) -> None:
        """A total that was typed: where the numbers it adds up are not there, or add up to something else."""
        column = self.placed.total(block)
        total = self.placed.text(column, self.row) if column else ""
        if not column or not total.isdecimal():
            return
        cells = [cell for cell in block if cell.total]
        letters = [get_column_letter(self.placed.columns.get(cell.key, 0) or 1) for cell in cells]
        parts = [self.placed.sheet.at(letter, self.row).strip() for letter in letters]
        filled = [part for part in parts if part]
        added = sum(map(int, filled)) if filled and all(part.isdecimal() for part in filled) else None
        if added == int(total) or (added is None and filled):
            return
        into, location = self.filled_in, self.placed.sheet.location(get_column_letter(column), self.row)
        into.at[location] = Place("total", block[0].trajectory, cells[0].key, self.nth)
        into.entries[into.at[location]] = int(total)
        into.typed_total(location, int(total), added)


def _title(sheet: Grid) -> str:
    """The first text on a sheet, which is what it is about."""
    return next((words for row in range(1, 4) for one in sheet.line(row) if (words := one.strip())), "")


def _are_alike(sheets: Sequence[Grid]) -> bool:
    """Whether the same stands on all of them."""
    return all(sheet.cells == sheets[0].cells for sheet in sheets)


def _filled(sheet: Grid, edition: Edition, trajectory: str) -> bool:
    placed = placing.place(sheet, edition, trajectory)
    return any(any(placed.below(column)) for column in placed.columns.values())


def _is_filled(sheet: Grid, column: str, row: int) -> bool:
    """Whether something was filled in, be it a formula that came to nothing."""
    return bool(sheet.at(column, row).strip(BLANKS)) or sheet.is_without_result(column, row)
