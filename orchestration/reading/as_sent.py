"""What a file holds as it was sent, right or wrong: values by place, to be handed back with remarks.

Only values: no formula, link or style of a sender's file is looked at. Reading it for the figures is for `reading`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineWorkbook

from orchestration.reading import csv_reader, reading, unpacking, xlsx_reader
from orchestration.reading import template_reader as reader
from orchestration.reading.editions import Edition
from orchestration.reading.grid import Book, Grid, text

MOST_ROWS = 20_000  # a full delivery has 3 500; what is longer is no table to repair by hand
UNREADABLE = (
    csv_reader.Undecodable,
    unpacking.NotAWorkbook,
    unpacking.UnpacksTooLarge,
    unpacking.TooManyCells,
    unpacking.LinksOutside,
    unpacking.Protected,
    zipfile.BadZipFile,
    ExpatError,
    CalamineError,
)


@dataclass(frozen=True)
class Template:
    """A template that was filled in. `cover`: what its cover sheet is called in the file."""

    edition: Edition
    owner: tuple[str, str]
    cover: str
    entries: dict[str, str | int | float]


@dataclass(frozen=True)
class Table:
    """A tidy table, or what was meant as one; `first_row` is the row of the file that its first line stands on."""

    lines: Sequence[Sequence[str]]
    first_row: int = 1


def read(path: Path) -> Template | Table | None:
    """What was sent, None where there is nothing that could be repaired."""
    if not 0 < path.stat().st_size <= reading.MOST_MB << 20:
        return None
    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    with suppress(*UNREADABLE):
        return _read_workbook(path) if is_zip else _read_csv(path)
    return None


def _read_workbook(path: Path) -> Template | Table | None:
    without_result = unpacking.inspect(path)
    with CalamineWorkbook.from_path(str(path)) as workbook:
        book = Book(workbook, unpacking.by_sheet(path, without_result))
        if cover := xlsx_reader.cover_of(book):
            return _read_template(book, cover)
        first = book.names[:1]
        return _table([[text(value) for value in values] for name in first for values in book.sheet(name).values])


def _read_template(book: Book, cover: Grid) -> Template | None:
    with suppress(reader.UnknownEdition):
        filled_in = reader.FilledIn(book, cover, reader.edition_of(cover))
        filled_in.read()
        return Template(filled_in.edition, filled_in.owner, cover.name, filled_in.entries)
    return None


def _read_csv(path: Path) -> Table | None:
    content = csv_reader.decode(path.read_bytes())
    return _table(csv_reader.table(content)) if content.strip() else None


def _table(lines: Sequence[Sequence[str]]) -> Table | None:
    """The lines from the first that holds anything."""
    first = next((number for number, line in enumerate(lines) if any(line)), None)
    if first is None or len(lines) - first > MOST_ROWS:
        return None
    return Table(lines[first:], first + 1)
