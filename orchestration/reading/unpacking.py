"""Looks at a workbook's zip before any parser does: can it be unpacked safely?

Sizes and dimensions are counted, never believed: a header can lie. What the cells hold is no concern
of this module.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl.utils import get_column_letter

UNPACKED_MB = 200
MOST_ENTRIES = 2_000
MOST_ELEMENTS = 3_000_000
MOST_CELLS = 2_000_000  # of the rectangle around all filled cells: a parser lays it out in memory
_CHUNK = 1 << 18
_OUTSIDE = "xl/externallinks/"
_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class NotAWorkbook(Exception):
    """The file cannot be a workbook; the message says why."""


class UnpacksTooLarge(Exception):
    """Unpacked it is above the limit."""


class LinksOutside(Exception):
    """It takes contents from elsewhere."""


class TooManyCells(Exception):
    """Its sheets span more than a delivery ever does."""


class Protected(Exception):
    """Its contents are encrypted."""


WithoutResult = dict[str, frozenset[str]]
"""Per part or sheet, the cells whose formula has no stored value, or an error: a parser shows them as empty."""


def inspect(path: Path) -> WithoutResult:
    """Unpack every entry once, in small pieces, and raise when the workbook is not safe to open."""
    without_result: WithoutResult = {}
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise TooManyCells(f"{len(entries)} onderdelen")
        if "[Content_Types].xml" not in archive.NameToInfo:
            raise NotAWorkbook("het is een zip-bestand, maar geen Excel-werkmap")
        budget = UNPACKED_MB << 20
        for entry in entries:
            if entry.filename.lower().startswith(_OUTSIDE):
                raise LinksOutside("het verwijst naar een andere werkmap of een ander programma")
            budget, cells = _inspect_entry(archive, entry, budget)
            if cells:
                without_result[entry.filename] = cells
    return without_result


def by_sheet(path: Path, parts: WithoutResult) -> WithoutResult:
    """The same by the name of the sheet; only for a workbook that was inspected."""
    if not parts:
        return {}
    with zipfile.ZipFile(path) as archive:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {one.get("Id"): one.get("Target", "") for one in relations}
        found = {}
        for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
            if element.tag.rpartition("}")[2] == "sheet":
                target = next((targets.get(value) for name, value in element.items() if name.endswith("}id")), None)
                part = posixpath.normpath(posixpath.join("/xl", target or "")).lstrip("/")
                found[element.get("name", "")] = parts.get(part, frozenset())
    return found


def _inspect_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> tuple[int, frozenset[str]]:
    """The bytes left of the budget after this entry, and its cells without a result."""
    watcher: _SheetWatcher | None = None
    for number, piece in enumerate(_unpacked(archive, entry, budget)):
        budget -= len(piece)
        if budget < 0:
            raise UnpacksTooLarge(f"meer dan {UNPACKED_MB} MB")
        if number == 0 and piece.lstrip().startswith(_XML):
            watcher = _SheetWatcher()
        if watcher and not _watch(watcher, piece, entry.filename):
            watcher = None
    if watcher:
        _watch(watcher, b"", entry.filename)
    return budget, watcher.without_result() if watcher else frozenset()


def _watch(watcher: _SheetWatcher, piece: bytes, name: str) -> bool:
    """Whether the part is still worth watching; old-style drawings (.vml) need not be proper XML."""
    try:
        watcher.feed(piece)
    except expat.ExpatError:
        if not name.lower().endswith(".vml"):
            raise
        return False
    return True


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> Iterator[bytes]:
    if entry.flag_bits & 0x1:
        raise Protected
    # without these two the entry is unpacked to its real end, and not to the end it claims
    entry.file_size = budget + 1
    del entry.CRC
    with archive.open(entry) as unpacked:
        while piece := unpacked.read(_CHUNK):
            yield piece


class _SheetWatcher:
    """Follows the elements of one XML part: how far its filled cells reach, and which formulas have no result."""

    def __init__(self) -> None:
        self._elements = 0
        self._row = self._column = 0
        self._last_row = self._last_column = 0
        self._kind = ""
        self._has_formula = self._has_value = False
        self._without_result: set[str] = set()
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, piece: bytes) -> None:
        """The next piece; an empty one is the end."""
        self._parser.Parse(piece, not piece)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise TooManyCells("te veel cellen of opmaak")
        match name.rpartition(":")[2]:
            case "row":
                self._leave_cell()
                self._row = int(attributes.get("r", self._row + 1))
                self._column = 0
            case "c":
                self._leave_cell()
                self._go_to(attributes.get("r", ""))
                self._kind = attributes.get("t", "")
            case "v" | "is":
                if self._has_formula:
                    self._parser.CharacterDataHandler = self._see_value
                self._fill()
            case "f":
                self._has_formula = True
                self._fill()
            case "extLst":  # what follows may have formulas too, but not of a cell
                self._leave_cell()
            case "Relationship" if attributes.get("TargetMode") == "External":
                self._refuse_outside(attributes.get("Type", ""))

    def without_result(self) -> frozenset[str]:
        """The cells whose formula has no stored value, or an error."""
        self._leave_cell()
        return frozenset(self._without_result)

    def _leave_cell(self) -> None:
        # a formula may well come to an empty text; that is a result
        lacks_result = self._has_formula and not self._has_value and self._kind != "str"
        if lacks_result or self._kind == "e":
            self._without_result.add(f"{get_column_letter(self._column)}{self._row}")
        self._kind = ""
        self._has_formula = self._has_value = False
        self._parser.CharacterDataHandler = None

    def _see_value(self, text: str) -> None:
        self._has_value = self._has_value or bool(text.strip())

    def _go_to(self, reference: str) -> None:
        self._column += 1
        if place := _REFERENCE.fullmatch(reference):
            self._column, self._row = _column_number(place[1]), int(place[2])

    def _fill(self) -> None:
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if self._last_row * self._last_column > MOST_CELLS:
            raise TooManyCells(f"de gevulde cellen reiken tot rij {self._last_row}")

    @staticmethod
    def _refuse_outside(kind: str) -> None:
        # a link to click on does nothing by itself; a linked workbook, picture or object does
        if not kind.endswith("/hyperlink"):
            raise LinksOutside("het haalt gegevens of afbeeldingen van buiten het bestand")

    @staticmethod
    def _refuse_doctype(*_: object) -> None:
        # no spreadsheet program writes one; it is how entity bombs and outside links come in
        raise NotAWorkbook("het bevat een DOCTYPE, en dat hoort niet in een werkmap")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
