"""What a file holds as it was sent, right or wrong: values by place, to be handed back with remarks.

Only values: no formula, link or style of a sender's file is looked at. Reading it for the figures is for `reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from orchestration.reading import csv_reader, reading, xlsx_reader
from orchestration.reading.csv_reader import Undecodable
from orchestration.reading.form import template_reader as reader
from orchestration.reading.form.editions import Edition
from orchestration.reading.form.template_reader import Place
from orchestration.reading.grid import Grid
from orchestration.reading.xlsx.package import DAMAGED, Package, Refused
from orchestration.reading.xlsx.workbook import Book

MOST_ROWS = 10_000  # a full delivery has 3 500; what is longer is no table to repair by hand
MOST_COLUMNS = 40
MOST_ENTRIES = 20_000


@dataclass(frozen=True)
class Template:
    """A template that was filled in: what stood in it by what it is, and what each location in the file is.

    `missing`: the trajectories whose sheet is not in the file.
    """

    edition: Edition
    owner: tuple[str, str]
    entries: dict[Place, str | int | float]
    at: dict[str, Place]
    missing: list[str]


@dataclass(frozen=True)
class Table:
    """A tidy table, or what was meant as one; `first_row` is the row of the file that its first line stands on."""

    lines: Sequence[Sequence[str]]
    first_row: int = 1


def read(path: Path) -> Template | Table | None:
    """What was sent, None where there is nothing that could be repaired, or not all of it could be handed back."""
    if not 0 < path.stat().st_size <= reading.MOST_MB << 20:
        return None
    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    with suppress(Undecodable, Refused, *DAMAGED):
        return _read_workbook(path) if is_zip else _read_csv(path)
    return None


def _read_workbook(path: Path) -> Template | Table | None:
    with Package(path) as package:
        book = Book(package)
        if not book.names:
            return None
        if cover := xlsx_reader.cover_of(book):
            return _read_template(book, cover)
        return _read_table(book)


def _read_table(book: Book) -> Table | None:
    """The sheet with the table. Without one, the first is handed back only where no other holds anything."""
    sheet = xlsx_reader.table_of(book)
    others = any(any(other.lines()) for other in book.sheets(book.names) if other.name != sheet.name)
    return None if xlsx_reader.header_of(sheet) is None and others else _table(sheet.lines())


def _read_template(book: Book, cover: Grid) -> Template | None:
    with suppress(reader.UnknownEdition):
        sent = reader.FilledIn(book, cover, reader.edition_of(cover))
        sent.read()
        if not sent.is_lost and len(sent.entries) <= MOST_ENTRIES:
            return Template(sent.edition, sent.owner, sent.entries, sent.at, sent.missing)
    return None


def _read_csv(path: Path) -> Table | None:
    content = csv_reader.decode(path.read_bytes())
    return _table(enumerate(csv_reader.table(content), 1))


def _table(lines: Iterable[tuple[int, Sequence[str]]]) -> Table | None:
    """The lines from the first that holds anything, those between that hold nothing too."""
    filled = [(number, line) for number, line in lines if any(line)]
    if not filled:
        return None
    first, last = filled[0][0], filled[-1][0]
    if last - first >= MOST_ROWS or any(len(line) > MOST_COLUMNS for _, line in filled):
        return None
    found = dict(filled)
    return Table([found.get(number, []) for number in range(first, last + 1)], first)
