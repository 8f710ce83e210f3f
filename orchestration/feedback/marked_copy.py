"""A workbook with what was sent, its places coloured and explained, and a sheet with every finding.

It is made anew with the sender's values in it (a template in the newest edition, anything else as a tidy table), so
that repaired it can be sent straight back, and nothing but values of a sender's file ever comes back out. It holds
every number that was sent, each where it belongs, or there is none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.feedback.page import REPAIRED
from orchestration.feedback.remarks import Missing, Remark, Told, in_order
from orchestration.home.paths import Home
from orchestration.reading import apart, as_sent
from orchestration.reading.form import editions
from orchestration.reading.form.editions import Edition
from orchestration.reading.form.template_reader import Place
from orchestration.reading.tidy import COLUMNS
from orchestration.template import writer
from orchestration.template.contents import Contents, NotAsked, collect, with_room_for, without_history
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
_WIDTHS = {"A": 14, "B": 20, "C": 20, "D": 24, "E": 70, "F": 8, "G": 30}
_TITLES = ("Soort", "Plaats", "Gevonden", "Verwacht", "Wat u kunt doen", "Regel", "Afgesloten")
_INSTRUCTION = "Verbeter de gekleurde cellen en stuur dit bestand terug. Dit blad mag erin blijven staan."
_TO_FILL_IN = " Regels die ontbraken, hebben wij onderaan toegevoegd: vul daar het aantal in."
_REPAIRED = " Wat was hernoemd, verplaatst of ingevoegd, staat hier weer op zijn plaats: kijk dat na."
_BELOW = "onderaan toegevoegd"
_ROW = re.compile(r"rij ([0-9]{1,7})")
_CELL = re.compile(r".*![A-Z]{1,3}([0-9]{1,7})", re.DOTALL)
QUESTION = "vul in, of kies"  # an answer that is none: a sheet that was gone is not taken for one left empty
MOST_MARKS = 2_000  # beyond that places are listed and no longer coloured: nobody repairs these one by one
_LONGEST = 2_000  # characters of a comment


class _Copy:
    """The copy being marked, and how places in the sent file are found in it."""

    def __init__(self, workbook: Workbook, added: Mapping[str, Sequence[str]] | None = None) -> None:
        self.workbook = workbook
        self.added = added or {}

    def cells(self, remark: Remark) -> Iterator[tuple[Worksheet, str]]:
        """The cells that a finding is about."""
        raise NotImplementedError


class _TemplateCopy(_Copy):
    """A template of the newest edition, in which each value stands where it belongs."""

    def __init__(self, home: Home, told: Told, sent: as_sent.Template) -> None:
        self.sent, self.missing, self.edition = sent, told.missing, editions.newest()
        entries = dict(self._entries())
        super().__init__(writer.build(self._contents(home, entries), self.edition, entries))

    def cells(self, remark: Remark) -> Iterator[tuple[Worksheet, str]]:
        missing = self.missing.get(remark.message)
        for found in dict.fromkeys(self.sent.at[one] for one in remark.places if one in self.sent.at):
            # a cell that is missing and is pointed at by its region had no place in the edition that was sent
            is_new = missing and found.kind == "region"
            place = Place("cell", found.trajectory, missing.key, found.row) if missing and is_new else found
            sheet, _, reference = (place.location(self.edition) or "").rpartition("!")
            if sheet in self.workbook.sheetnames:
                yield self.workbook[sheet], reference

    def _entries(self) -> Iterator[tuple[str, str | int | float]]:
        """What was filled in, in the words and at the places of this edition; a question where a sheet is missing."""
        given = self.sent.edition.words.model_dump().items()
        words = {said: getattr(self.edition.words, name) for name, said in given}
        questions = {Place("answer", trajectory): QUESTION for trajectory in self.sent.missing}
        for place, value in {**questions, **self.sent.entries}.items():
            if location := place.location(self.edition):
                is_answer = place.kind in ("answer", "withdrawn")
                yield location, words.get(str(value).lower(), value) if is_answer else value

    def _contents(self, home: Home, entries: writer.Entries) -> Contents:
        """With the same regions on the same rows, and room for all that was filled in."""
        try:
            contents = collect(home, *self.sent.owner)
        except NotAsked:
            contents = without_history(home, *self.sent.owner)
        if contents.deadline is None:  # no quarter that we know: what is asked now is asked then
            now = replace(contents, quarter=contents.latest_quarter)
            contents = with_room_for(contents, {key for one in self.edition.sheets for key in now.asked(one)})
        filled = {place.key for place in self.sent.entries if place.kind in ("cell", "total", "grand_total")}
        contents = with_room_for(contents, filled)
        return replace(contents, own=_regions_by_row(contents, self.edition, entries))


class _TableCopy(_Copy):
    """The lines of a tidy table on the first sheet of a workbook, and below them a row for each missing cell."""

    def __init__(self, told: Told, sent: as_sent.Table) -> None:
        self.first_row, workbook = sent.first_row, new_workbook()
        super().__init__(workbook, _write_table(workbook.create_sheet(TABLE), sent, told.missing))
        self.last_row = workbook[TABLE].max_row  # which looks at every cell

    def cells(self, remark: Remark) -> Iterator[tuple[Worksheet, str]]:
        sheet = self.workbook[TABLE]
        if remark.message in self.added:
            yield from ((sheet, reference) for reference in self.added[remark.message])
            return
        column = next((name for start, name in COLUMN_OF.items() if remark.rule.startswith(start)), COLUMNS[-1])
        for row in _rows(remark.places, self.first_row):
            if 0 < row <= self.last_row:
                yield sheet, f"{get_column_letter(COLUMNS.index(column) + 1)}{row}"


def make(home: Home, told: Told) -> Workbook | None:
    """The copy of a file, None where there is nothing in it that could be repaired, or not all of it could be in it."""
    sent = apart.as_sent(home.archive / told.archived_as)
    if sent is None:
        return None
    copy = _TemplateCopy(home, told, sent) if isinstance(sent, as_sent.Template) else _TableCopy(told, sent)
    remarks = in_order(told.remarks)
    marks: dict[tuple[str, str], list[Remark]] = defaultdict(list)
    for remark in remarks:
        for sheet, reference in copy.cells(remark):
            if (sheet.title, reference) in marks or len(marks) < MOST_MARKS:
                marks[sheet.title, reference].append(remark)
    for (name, reference), said in marks.items():
        _mark(copy.workbook[name], reference, said)
    _write_findings(copy, remarks)
    return copy.workbook


def _rows(places: Iterable[str], first_row: int) -> Iterator[int]:
    """The rows of the copy that places in a table are on."""
    for place in places:
        if found := _ROW.fullmatch(place) or _CELL.fullmatch(place):
            yield int(found[1]) - first_row + 1


def _regions_by_row(contents: Contents, edition: Edition, entries: writer.Entries) -> dict[str, list[str]]:
    """Per trajectory the region on each row, '' where there is none that we know: their last values go beside them."""
    codes = {name: code for code, name in contents.regions.items()} | {code: code for code in contents.regions}
    first, column = edition.rows.first, edition.columns.region
    rows = range(first, first + len(contents.regions))
    found = {
        trajectory: [codes.get(str(entries.get(f"{name}!{column}{row}", "")), "") for row in rows]
        for trajectory, name in edition.sheets.items()
    }
    # a sheet that is empty, or was gone, has the regions of before
    return contents.own | {trajectory: regions for trajectory, regions in found.items() if any(regions)}


def _write_table(sheet: Worksheet, sent: as_sent.Table, missing: Mapping[str, Missing]) -> dict[str, list[str]]:
    """Write the lines and those to fill in; the cells of the latter, by what is said of them."""
    owner = next((line[:2] for line in sent.lines[1:] if len(line) == len(COLUMNS) and line[0]), [])
    added: dict[str, list[str]] = defaultdict(list)
    lines = list(sent.lines)
    for message, one in missing.items():
        for region in _regions_of(one, sent) if owner else ():
            lines.append([*owner, region, *one.key])
            added[message].append(f"{get_column_letter(len(COLUMNS))}{len(lines)}")
    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            if text:
                style = "column" if row == 1 else None
                put(sheet, f"{get_column_letter(column)}{row}", _number_or_text(text), style)
    for column in range(1, len(COLUMNS) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 28
    sheet.freeze_panes = "A2"
    writer.print_on_one_width(sheet)
    return added


def _regions_of(missing: Missing, sent: as_sent.Table) -> list[str]:
    """The regions in which a cell is missing: where they are several, those of the rows that are pointed at."""
    if missing.region_code:
        return [missing.region_code]
    rows = (row for row in _rows(missing.places, sent.first_row) if 0 < row <= len(sent.lines))
    return list(dict.fromkeys(sent.lines[row - 1][2] for row in rows if len(sent.lines[row - 1]) > 2))


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
    repaired = _REPAIRED if any(one.rule in REPAIRED for one in remarks) else ""
    put(sheet, "A2", _INSTRUCTION + (_TO_FILL_IN if copy.added else "") + repaired, "subtitle")
    for column, title in zip(_WIDTHS, _TITLES, strict=True):
        put(sheet, f"{column}4", title, "column")
    for row, remark in enumerate(remarks, 5):
        closed = f"{remark.reason} ({remark.closed_by})" if remark.is_closed else ""
        where = _BELOW if remark.message in copy.added else remark.where
        words = (remark.kind, where, remark.found, remark.expected, remark.message, remark.rule, closed)
        for column, text in zip(_WIDTHS, words, strict=True):
            put(sheet, f"{column}{row}", text, "table")
        _link(sheet, f"B{row}", next(copy.cells(remark), None))
        sheet.row_dimensions[row].height = 15.0 * _lines(words)
    sheet.freeze_panes = "A5"
    sheet.auto_filter.ref = f"A4:G{4 + len(remarks)}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = "C00000"
    writer.print_on_one_width(sheet)
    copy.workbook.active = sheet


def _lines(words: Sequence[str]) -> int:
    """How many lines the fullest of the cells takes: a letter is about as wide as the unit of a column's width."""
    return max(-(-len(text) // int(width * 0.95)) for text, width in zip(words, _WIDTHS.values(), strict=True)) or 1


def _link(sheet: Worksheet, reference: str, target: tuple[Worksheet, str] | None) -> None:
    if target:
        cell = sheet[reference]
        cell.hyperlink = Hyperlink(ref=reference, location=f"'{target[0].title}'!{target[1]}")
