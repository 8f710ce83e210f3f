"""A workbook with what was sent, its places coloured and explained, and a sheet with every finding.

It is made anew with the sender's values in it (a template in its own edition, anything else as a tidy table), so that
repaired it can be sent straight back, and nothing but values of a sender's file ever comes back out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.feedback.remarks import Remark, Told, in_order
from orchestration.home.paths import Home
from orchestration.reading import apart, as_sent
from orchestration.reading.editions import Edition
from orchestration.reading.tidy import COLUMNS
from orchestration.template import writer
from orchestration.template.contents import Contents, NotAsked, collect, without_history
from orchestration.template.styles import AMISS, OPEN, new_workbook, put, put_title, solid

TABLE, FINDINGS = "Levering", "Bevindingen"
CLOSED = "C6E0B4"
# which column of the tidy table a finding is about, by the start of its rule
COLUMN_OF = {
    "E201": "organisation_id",
    "E202": "organisation_id",
    "E20": "quarter",
    "E301": "region_code",
    "E302": "trajectory",
    "E305": "trajectory",
    "E303": "measure",
    "E304": "measure",
    "E701": "category",
    "E702": "category",
    "E703": "category",
}
_WIDTHS = {"A": 16, "B": 26, "C": 34, "D": 38, "E": 90, "F": 10, "G": 40}
_TITLES = ("Soort", "Plaats", "Gevonden", "Verwacht", "Wat u kunt doen", "Regel", "Afgesloten")
_INSTRUCTION = "Verbeter de gekleurde cellen en stuur dit bestand terug. Dit blad mag erin blijven staan."
_TO_FILL_IN = " Regels die ontbraken, hebben wij onderaan toegevoegd: vul daar het aantal in."
_BELOW = "onderaan toegevoegd"
_ROW = re.compile(r"rij ([0-9]{1,7})")
_CELL = re.compile(r"(.*)!([A-Z]{1,3})([0-9]{1,7})", re.DOTALL)
_LONGEST = 2_000  # characters of a comment


@dataclass(frozen=True)
class _Copy:
    """The copy being marked, and how places in the sent file are found in it.

    `added`: the cells to fill in of what was not in a tidy table and has a row below it, by the message that says so.
    """

    workbook: Workbook
    sheets: dict[str, str]
    first_row: int = 1
    added: Mapping[str, str] = field(default_factory=dict)

    def cells(self, remark: Remark) -> Iterator[tuple[Worksheet, str]]:
        """The cells that a finding is about."""
        if remark.message in self.added:
            yield self.workbook[TABLE], self.added[remark.message]
            return
        for place in remark.places:
            if row := _ROW.fullmatch(place):
                yield from self._row(int(row[1]), remark.rule)
            elif cell := _CELL.fullmatch(place):
                name = self.sheets.get(cell[1], cell[1])
                if self.is_table:
                    yield from self._row(int(cell[3]), remark.rule)
                elif name in self.workbook.sheetnames:
                    yield self.workbook[name], f"{cell[2]}{cell[3]}"

    @property
    def is_table(self) -> bool:
        return TABLE in self.workbook.sheetnames

    def _row(self, row: int, rule: str) -> Iterator[tuple[Worksheet, str]]:
        column = next((name for start, name in COLUMN_OF.items() if rule.startswith(start)), COLUMNS[-1])
        in_copy = row - self.first_row + 1
        if self.is_table and 0 < in_copy <= self.workbook[TABLE].max_row:
            yield self.workbook[TABLE], f"{get_column_letter(COLUMNS.index(column) + 1)}{in_copy}"


def make(home: Home, told: Told) -> Workbook | None:
    """The copy of a file, None where there is nothing in it that could be repaired."""
    sent = apart.as_sent(home.archive / told.archived_as)
    if sent is None:
        return None
    copy = _template(home, sent) if isinstance(sent, as_sent.Template) else _table(sent, told.missing)
    remarks = in_order(told.remarks)
    marks: dict[tuple[str, str], list[Remark]] = defaultdict(list)
    for remark in remarks:
        for sheet, reference in copy.cells(remark):
            marks[sheet.title, reference].append(remark)
    for (name, reference), said in marks.items():
        _mark(copy.workbook[name], reference, said)
    _write_findings(copy, remarks)
    return copy.workbook


def _template(home: Home, sent: as_sent.Template) -> _Copy:
    """A template of the same edition, with the same regions on the same rows."""
    try:
        contents = collect(home, *sent.owner)
    except NotAsked:
        contents = without_history(home, *sent.owner)
    sheets = {sent.cover: sent.edition.cover.sheet}
    entries = {_moved(location, sheets): value for location, value in sent.entries.items()}
    contents = replace(contents, own=_regions_by_row(contents, sent.edition, entries))
    return _Copy(writer.build(contents, sent.edition, entries), sheets)


def _moved(location: str, sheets: dict[str, str]) -> str:
    name, _, reference = location.rpartition("!")
    return f"{sheets.get(name, name)}!{reference}"


def _regions_by_row(contents: Contents, edition: Edition, entries: writer.Entries) -> dict[str, list[str]]:
    """Per trajectory the region on each row, '' where there is none that we know: their last values go beside them."""
    codes = {name: code for code, name in contents.regions.items()} | {code: code for code in contents.regions}
    first, column = edition.rows.first, edition.columns.region
    rows = range(first, first + len(contents.regions))
    found = {
        trajectory: [codes.get(str(entries.get(f"{name}!{column}{row}", "")), "") for row in rows]
        for trajectory, name in edition.sheets.items()
    }
    return {trajectory: regions for trajectory, regions in found.items() if any(regions)}


def _table(sent: as_sent.Table, missing: Mapping[str, Sequence[str]]) -> _Copy:
    """The lines of a tidy table, on the first sheet of a workbook; below them a row for each cell that is missing."""
    workbook = new_workbook()
    sheet = workbook.create_sheet(TABLE)
    owner = next((line[:2] for line in sent.lines[1:] if len(line) == len(COLUMNS) and line[0]), [])
    lines = [*sent.lines, *([*owner, *cell] for cell in missing.values() if owner)]
    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            if text:
                style = "column" if row == 1 else None
                put(sheet, f"{get_column_letter(column)}{row}", _number_or_text(text), style)
    for column in range(1, len(COLUMNS) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 28
    sheet.freeze_panes = "A2"
    writer.print_on_one_width(sheet)
    number = get_column_letter(len(COLUMNS))
    added = {message: f"{number}{row}" for row, message in enumerate(missing if owner else (), len(sent.lines) + 1)}
    return _Copy(workbook, {}, sent.first_row, added)


def _number_or_text(text: str) -> int | str:
    """A whole number as a number, where that changes nothing of it."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 16 and str(int(text)) == text
    return int(text) if is_number else text


def _mark(sheet: Worksheet, reference: str, said: Sequence[Remark]) -> None:
    """Colour a cell by the worst that is said of it, explain it, and let it be changed."""
    cell = sheet[reference]
    if isinstance(cell, MergedCell):
        return
    assert isinstance(cell, Cell)
    worst = said[0]
    cell.fill = solid(CLOSED if worst.is_closed else AMISS if worst.level == "error" else OPEN)
    cell.protection = Protection(locked=False)
    words = "\n\n".join(f"{one.kind.capitalize()} {one.rule}: {one.message}" for one in said)
    cell.comment = Comment(words[:_LONGEST], "Werkmonitor", height=160, width=360)
    sheet.column_dimensions[cell.column_letter].hidden = False
    sheet.sheet_properties.tabColor = "C00000"


def _write_findings(copy: _Copy, remarks: Sequence[Remark]) -> None:
    """The last sheet, and the one in sight when the workbook is opened: every finding, with a link to its place."""
    sheet = copy.workbook.create_sheet(FINDINGS)
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
    put_title(sheet, "A1", "Bevindingen bij deze levering")
    put(sheet, "A2", _INSTRUCTION + (_TO_FILL_IN if copy.added else ""), "subtitle")
    for column, title in zip(_WIDTHS, _TITLES, strict=True):
        put(sheet, f"{column}4", title, "column")
    for row, remark in enumerate(remarks, 5):
        closed = f"{remark.reason} ({remark.closed_by})" if remark.is_closed else ""
        where = _BELOW if remark.message in copy.added else remark.where
        words = (remark.kind, where, remark.found, remark.expected, remark.message, remark.rule, closed)
        for column, text in zip(_WIDTHS, words, strict=True):
            put(sheet, f"{column}{row}", text, "table")
        _link(sheet, f"B{row}", next(copy.cells(remark), None))
        sheet.row_dimensions[row].height = 15.0 * max(1, -(-len(remark.message) // 95), -(-len(remark.expected) // 40))
    sheet.freeze_panes = "A5"
    sheet.auto_filter.ref = f"A4:G{4 + len(remarks)}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = "C00000"
    writer.print_on_one_width(sheet)
    copy.workbook.active = sheet


def _link(sheet: Worksheet, reference: str, target: tuple[Worksheet, str] | None) -> None:
    if target:
        cell = sheet[reference]
        cell.hyperlink = Hyperlink(ref=reference, location=f"'{target[0].title}'!{target[1]}")
