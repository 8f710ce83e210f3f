"""Reads a workbook: the template, or the tidy table on its first sheet, as text (CONTRACT § 1).

Whether the values are right is no concern of this module; the template has a reader of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from orchestration.findings.findings import finding
from orchestration.reading import tidy
from orchestration.reading.form import template_reader as template
from orchestration.reading.grid import BLANKS, Grid
from orchestration.reading.tidy import COLUMNS, ReadFile
from orchestration.reading.xlsx.package import Package, Refused
from orchestration.reading.xlsx.workbook import Book

_CLIENTS = "H"
_LAST_ROW = 1_000_000
_LIKE = 2  # columns that a header of a tidy table has at least


def read_xlsx(path: Path) -> ReadFile:
    """The rows of a workbook, each at the cell of its number ("Blad1!H12")."""
    try:
        with Package(path) as package:
            return _read_workbook(Book(package))
    except Refused as refusal:
        return tidy.refused(refusal.rule, **refusal.facts)


def _read_workbook(book: Book) -> ReadFile:
    if not book.names:
        return tidy.refused("E102", problem="de werkmap heeft geen bladen")
    cover = cover_of(book)
    file = template.read(book, cover) if cover else without_cover(book) or _read_tidy_sheet(table_of(book))
    if cover or file.rows:  # of what is no table at all nothing more is said
        file.findings += book.doubts(file.rows)
    # an empty number beside what was not read is the same mistake
    file.rows = [row for row in file.rows if row.clients or not book.is_unread(row.location)]
    return file


def cover_of(book: Book) -> Grid | None:
    """The cover sheet, when the workbook is a template: not when its first sheet is a tidy table."""
    if any(header_of(sheet) for sheet in book.sheets(book.first)):
        return None
    cover = template.find_cover(book.sheets(book.names))
    return book.sheet(cover.name) if cover else None


def without_cover(book: Book) -> ReadFile | None:
    """The refusal of a template of which the cover sheet is gone."""
    return None if any(header_of(sheet) for sheet in book.sheets(book.first)) else template.without_cover(book)


def table_of(book: Book) -> Grid:
    """The sheet with the tidy table: the first, and where that is hidden the first that can be seen."""
    sheets = [book.sheet(name) for name in book.first]
    return next((sheet for sheet in sheets if header_of(sheet)), sheets[0])


def header_of(sheet: Grid) -> tuple[int, list[str]] | None:
    """The row of the header and its names, where one of the first rows is like one."""
    found = tidy.find_header(_top(sheet))
    return found if found and len(set(found[1]) & set(COLUMNS)) >= _LIKE else None


def _top(sheet: Grid) -> Iterator[tuple[int, list[str]]]:
    """The first lines of a sheet, as a header would be."""
    return ((row, tidy.as_header(line)) for row, line in islice(sheet.lines(), tidy.TITLES))


def _read_tidy_sheet(sheet: Grid) -> ReadFile:
    first = next(sheet.lines(), None)
    if first is None:
        return tidy.refused("E102", problem="het eerste blad is leeg")
    header = header_of(sheet)
    if header is None or tidy.header_problem(header[1]):
        at = f"{sheet.name}!A{header[0] if header else first[0]}"
        if below := tidy.header_below(_top(sheet), at):
            return below
        return tidy.wrong_header(header[1], at) if header else tidy.refused("E108", found=", ".join(first[1]))
    row = header[0]
    return _read_rows(sheet.name, ((number, line) for number, line in sheet.lines() if number > row))


def _read_rows(sheet: str, lines: Iterator[tuple[int, list[str]]]) -> ReadFile:
    file = ReadFile()
    for number, fields in lines:
        if number > _LAST_ROW or len(file.rows) + len(file.findings) >= tidy.MOST_ROWS:
            file.findings.append(tidy.too_many_rows(_LAST_ROW if number > _LAST_ROW else tidy.MOST_ROWS))
            break
        location = f"{sheet}!{_CLIENTS}{number}"
        if tuple(tidy.as_header(fields)) == COLUMNS:
            file.findings.append(tidy.header_once_more(location))
        elif any(field.strip(BLANKS) for field in fields[len(COLUMNS) :]):
            file.leave_out(number, "\t".join(fields), finding("E106", location, count=len(fields)))
        elif any(field.strip(BLANKS) for field in fields):
            padded = [*fields, *[""] * len(COLUMNS)]
            file.rows.append(tidy.row(location, padded[: len(COLUMNS)]))
    return file if file.rows or file.findings else tidy.without_data()
