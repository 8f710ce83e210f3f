"""Looks at a workbook's zip before any parser does: can it be unpacked safely?

Sizes and dimensions are counted, never believed: a header can lie. What the cells hold is no concern
of this module.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

UNPACKED_MB = 200
MOST_ENTRIES = 2_000
MOST_ELEMENTS = 3_000_000
MOST_CELLS = 2_000_000  # of the rectangle around all filled cells: a parser lays it out in memory
_CHUNK = 1 << 18
_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class NotAWorkbook(Exception):
    """The file cannot be a workbook; the message says why."""


class UnpacksTooLarge(Exception):
    """Unpacked it is above the limit."""


class TooManyCells(Exception):
    """Its sheets span more than a delivery ever does."""


class Protected(Exception):
    """Its contents are encrypted."""


def inspect(path: Path) -> None:
    """Unpack every entry once, in small pieces, and raise when the workbook is not safe to open."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise TooManyCells(f"{len(entries)} onderdelen")
        if "[Content_Types].xml" not in archive.NameToInfo:
            raise NotAWorkbook("het is een zip-bestand, maar geen Excel-werkmap")
        budget = UNPACKED_MB << 20
        for entry in entries:
            budget = _inspect_entry(archive, entry, budget)


def _inspect_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> int:
    """The bytes left of the budget after this entry."""
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
    return budget


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
    """Follows the elements of one XML part and adds up how far its filled cells reach."""

    def __init__(self) -> None:
        self._elements = 0
        self._row = self._column = 0
        self._last_row = self._last_column = 0
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
                self._row = int(attributes.get("r", self._row + 1))
                self._column = 0
            case "c":
                self._go_to(attributes.get("r", ""))
            case "v" | "is" | "f":
                self._fill()

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
    def _refuse_doctype(*_: object) -> None:
        # no spreadsheet program writes one; it is how entity bombs and outside links come in
        raise NotAWorkbook("het bevat een DOCTYPE, en dat hoort niet in een werkmap")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
