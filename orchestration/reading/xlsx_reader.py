"""Reads a workbook: the template, or the tidy table on its first sheet, as text (CONTRACT § 1).

Whether the values are right is no concern of this module; the template has a reader of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from python_calamine import CalamineWorkbook

from orchestration.findings.findings import finding
from orchestration.reading import template_reader as template
from orchestration.reading import tidy, unpacking
from orchestration.reading.grid import Book, Grid, Value, text
from orchestration.reading.tidy import COLUMNS, ReadFile

_CLIENTS = "H"


def read_xlsx(path: Path) -> ReadFile:
    """The rows of a workbook, each at the cell of its number ("Blad1!H12")."""
    try:
        without_result = unpacking.inspect(path)
    except unpacking.Protected:
        return tidy.refused("E107")
    except unpacking.LinksOutside as problem:
        return tidy.refused("E807", problem=problem)
    except unpacking.UnpacksTooLarge as problem:
        return tidy.refused("E104", problem=problem)
    except unpacking.TooManyCells as problem:
        return tidy.refused("E110", problem=problem, limit=f"{tidy.MOST_ROWS} rijen")
    except unpacking.NotAWorkbook as problem:
        return tidy.refused("E101", problem=problem)
    with CalamineWorkbook.from_path(str(path)) as workbook:
        return _read_workbook(Book(workbook, unpacking.by_sheet(path, without_result)))


def _read_workbook(book: Book) -> ReadFile:
    if not book.names:
        return tidy.refused("E102", problem="de werkmap heeft geen bladen")
    if cover := cover_of(book):
        return template.read(book, cover)
    return _read_tidy_sheet(book.sheet(book.names[0]))


def cover_of(book: Book) -> Grid | None:
    """The cover sheet, when the workbook is a template: not when its first sheet is a tidy table."""
    is_tidy = any(set(_header(book.sheet(name))) & set(COLUMNS) for name in book.names[:1])
    return None if is_tidy else template.find_cover(book.sheets())


def _header(sheet: Grid) -> list[str]:
    return _without_empty_end([text(value) for value in sheet.values[0]] if sheet.values else [])


def _read_tidy_sheet(sheet: Grid) -> ReadFile:
    header = _header(sheet)
    if not any(text(value) for values in sheet.values[:100] for value in values):
        return tidy.refused("E102", problem="het eerste blad is leeg")
    if not set(header) & set(COLUMNS):
        return tidy.refused("E108", found=", ".join(header))
    if tidy.header_problem(header):
        return tidy.wrong_header(header, f"{sheet.name}!A1")
    return _read_rows(sheet.name, sheet.values)


def _read_rows(sheet: str, table: Sequence[Sequence[Value]]) -> ReadFile:
    file = ReadFile()
    for number, values in enumerate(table[1:], 2):
        fields = [text(value) for value in values]
        if not any(fields):
            continue
        if len(file.rows) + len(file.findings) >= tidy.MOST_ROWS:
            file.findings.append(tidy.too_many_rows())
            break
        location = f"{sheet}!{_CLIENTS}{number}"
        if any(fields[len(COLUMNS) :]):
            count = len(_without_empty_end(fields))
            file.leave_out(number, "\t".join(fields), finding("E106", location, count=count))
        else:
            file.rows.append(tidy.row(location, fields[: len(COLUMNS)]))
    return file if file.rows or file.findings else tidy.without_data()


def _without_empty_end(fields: list[str]) -> list[str]:
    filled = [number for number, text in enumerate(fields, 1) if text]
    return fields[: filled[-1]] if filled else []
