"""An open workbook: its sheets by name, laid out when they are asked for, and what there is to doubt about them.

Follows the relations from the zip's root, as spreadsheet programs do. What the sheets mean is for the readers.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from string import ascii_uppercase

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from orchestration.findings.findings import Finding, finding
from orchestration.reading.grid import Grid, Place, text, visible
from orchestration.reading.tidy import Row
from orchestration.reading.xlsx import sheet_xml
from orchestration.reading.xlsx.package import DAMAGED, Package, Refused, local, parse
from orchestration.reading.xlsx.sheet_xml import Stored

_TRUE = ("1", "true")
_BINARY = "xl/workbook.bin"
_GLIMPSE = 16  # pieces of a part: 4 MB, more than a filled-in sheet of a template takes


@dataclass
class _Said:
    """What the workbook part says."""

    sheets: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    epoch: datetime = CALENDAR_WINDOWS_1900
    is_to_be_calculated: bool = False


class Book:
    """The worksheets of a workbook."""

    def __init__(self, package: Package) -> None:
        self._package = package
        part = next((part for kind, part in package.relations("").values() if kind == "officeDocument"), "")
        self._part = part if part in package else "xl/workbook.xml"
        if self._part.endswith(".bin") or (self._part not in package and _BINARY in package):
            raise Refused("E101", problem="het is een binaire Excel-werkmap (.xlsb)")
        if self._part not in package:
            raise Refused("E101", problem="het is een zip-bestand, maar geen Excel-werkmap")
        self._related = package.relations(self._part)
        self._said = self._read_workbook()
        self._stored: dict[str, Stored] = {}
        self._used: set[str] = set()
        with suppress(*DAMAGED):  # it is told if a cell needs them; a bomb in them is refused whether or not
            _ = self._strings

    @property
    def names(self) -> list[str]:
        return list(self._said.sheets)

    @property
    def first(self) -> list[str]:
        """The sheets that may be meant by the first one: the first, and the first that can be seen."""
        seen = [name for name in self.names if name not in self._said.hidden]
        return list(dict.fromkeys([*seen[:1], *self.names[:1]]))

    def sheet(self, name: str) -> Grid:
        """A sheet that counts: what is doubtful in it is told in `doubts`."""
        self._used.add(name)
        return self._peek(name)

    def sheets(self, names: Iterable[str]) -> Iterator[Grid]:
        """Sheets among which to look for one that counts, of a large one its start; a damaged one is none."""
        for name in names:
            try:
                yield self._glimpse(name)
            except (*DAMAGED, Refused):
                continue

    def doubts(self, rows: Sequence[Row]) -> list[Finding]:
        """What the sheets hold that cannot be read as one value, and which numbers were perhaps never calculated."""
        found: list[Finding] = []
        for name in [name for name in self.names if name in self._used]:
            cells = self._stored[name]
            for place, values in sorted(cells.twice.items()):
                found.append(finding("E113", _location(name, place), values=values))
            found += [finding("E114", f"{name}!A{max(row, 1)}", row=row) for row in sorted(cells.unread)]
        return found + list(self._uncalculated(rows))

    def is_unread(self, location: str) -> bool:
        """Whether something near a cell could not be read."""
        name, _, reference = location.rpartition("!")
        row = int(reference.lstrip(ascii_uppercase))
        return row in self._stored[name].unread

    def _uncalculated(self, rows: Sequence[Row]) -> Iterator[Finding]:
        formulas = {
            _location(name, place): is_zero
            for name in self._used
            for place, is_zero in self._stored[name].formulas.items()
        }
        # a program that calculates writes in which order, or some outcome that is not 0
        is_unlikely = all(formulas.values()) and "xl/calcChain.xml" not in self._package
        if not (self._said.is_to_be_calculated or is_unlikely):
            return
        for row in rows:
            is_zero = formulas.get(row.location)
            if is_zero is not None:
                yield finding("E112" if is_zero and self._said.is_to_be_calculated else "W112", **row._asdict())

    def _glimpse(self, name: str) -> Grid:
        """Enough of a sheet to see what it is: one beside those that count may be of any size."""
        if name in self._stored:
            return self._peek(name)
        start = list(islice(self._package.pieces(self._said.sheets[name]), _GLIMPSE))
        is_whole = len(start) < _GLIMPSE
        stored = self._read_sheet(iter(start), is_whole)
        if is_whole:
            self._stored[name] = stored
        return _grid(name, stored)

    def _peek(self, name: str) -> Grid:
        if name not in self._stored:
            self._stored[name] = self._read_sheet(self._package.pieces(self._said.sheets[name]))
        return _grid(name, self._stored[name])

    def _read_sheet(self, pieces: Iterator[bytes], is_whole: bool = True) -> Stored:
        stored = sheet_xml.stored(pieces, lambda: self._strings, self._dates, is_whole)
        if self._said.is_to_be_calculated:
            stored.doubt_empty_texts()
        return stored

    @cached_property
    def _strings(self) -> list[str]:
        part = self._related_part("sharedStrings")
        return sheet_xml.shared_strings(self._package.pieces(part)) if part else []

    @cached_property
    def _dates(self) -> dict[str, Callable[[float], str]]:
        """What writes a number as a date, by style; styles that we cannot read make no dates."""
        part = self._related_part("styles")
        formats: list[str] = []
        try:
            formats = _formats(self._package.pieces(part)) if part else []
        except (*DAMAGED, Refused):
            return {}
        return {str(style): self._as_date(code) for style, code in enumerate(formats) if is_date_format(code)}

    def _as_date(self, code: str) -> Callable[[float], str]:
        def written(number: float) -> str:
            try:
                return str(from_excel(number, self._said.epoch, timedelta=is_timedelta_format(code)))
            except (ValueError, OverflowError):
                return f"{text(number)} als datum"

        return written

    def _related_part(self, kind: str) -> str | None:
        """The part of a kind, where the workbook says so or else where it always is."""
        related = [part for found, part in self._related.values() if found == kind]
        usual = posixpath.join(posixpath.dirname(self._part), f"{kind}.xml")
        return next((part for part in [*related, usual] if part in self._package), None)

    def _read_workbook(self) -> _Said:
        said = _Said()

        def start(tag: str, attributes: dict[str, str]) -> None:
            match local(tag):
                case "sheet":
                    self._add_sheet(said, attributes)
                case "workbookPr" if attributes.get("date1904", "").lower() in _TRUE:
                    said.epoch = CALENDAR_MAC_1904
                case "calcPr":
                    on_load = attributes.get("fullCalcOnLoad", "0").lower() in _TRUE
                    said.is_to_be_calculated = on_load or attributes.get("calcCompleted", "1").lower() not in _TRUE

        parse(self._package.pieces(self._part), start)
        return said

    def _add_sheet(self, said: _Said, attributes: dict[str, str]) -> None:
        related = next((value for name, value in attributes.items() if local(name) == "id" and ":" in name), "")
        kind, part = self._related.get(related, ("worksheet", ""))
        written = attributes.get("name", "")
        if kind != "worksheet":
            return  # a sheet that is a chart, say
        if written in said.sheets:
            raise Refused("E101", problem=f"twee bladen heten {written}")
        name = visible(written).strip() or written  # nobody sees a space behind a name
        name = written if name in said.sheets else name
        said.sheets[name] = part
        if attributes.get("state", "visible") != "visible":
            said.hidden.add(name)


def _formats(pieces: Iterator[bytes]) -> list[str]:
    """The number format of every style of a cell."""
    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    found: list[str] = []
    outer: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "numFmt" and outer[-1:] == ["numFmts"]:
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and outer[-1:] == ["cellXfs"]:
            found.append(attributes.get("numFmtId", "0"))
        outer.append(name)

    parse(pieces, start, EndElementHandler=lambda _: outer.pop())
    return [codes.get(number, "General") for number in found]


def _grid(name: str, stored: Stored) -> Grid:
    return Grid(name, stored.cells, frozenset(stored.without_result))


def _location(sheet: str, place: Place) -> str:
    return f"{sheet}!{get_column_letter(place[1])}{place[0]}"
