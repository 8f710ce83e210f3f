"""Reads a workbook: the tidy table on its first sheet, as text (CONTRACT § 1).

Whether the values are right is no concern of this module; the template gets a reader of its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook

from orchestration.landing import tidy, unpacking
from orchestration.landing.tidy import COLUMNS, ReadFile
from orchestration.quality.findings import finding

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
_CLIENTS = "H"
_EXACT = 10.0**15  # whole numbers above this are no longer exact in a float


def read_xlsx(path: Path) -> ReadFile:
    """The rows of a workbook, each at the cell of its number ("Blad1!H12")."""
    try:
        unpacking.inspect(path)
    except unpacking.Protected:
        return tidy.refused("E107")
    except unpacking.UnpacksTooLarge as problem:
        return tidy.refused("E104", problem=problem)
    except unpacking.TooManyCells as problem:
        return tidy.refused("E110", problem=problem, limit=f"{tidy.MOST_ROWS} rijen")
    except unpacking.NotAWorkbook as problem:
        return tidy.refused("E101", problem=problem)
    with CalamineWorkbook.from_path(str(path)) as workbook:
        return _read_workbook(workbook)


def _read_workbook(workbook: CalamineWorkbook) -> ReadFile:
    # the template will be recognised here, by its cover sheet, before the tidy table
    if not workbook.sheet_names:
        return tidy.refused("E102", problem="de werkmap heeft geen bladen")
    return _read_tidy_sheet(workbook.get_sheet_by_index(0))


def _read_tidy_sheet(sheet: CalamineSheet) -> ReadFile:
    table = sheet.to_python(skip_empty_area=False)
    header = _without_empty_end([_text(value) for value in table[0]] if table else [])
    if not any(_text(value) for values in table[:100] for value in values):
        return tidy.refused("E102", problem="het eerste blad is leeg")
    if not set(header) & set(COLUMNS):
        return tidy.refused("E108", found=", ".join(header))
    if tidy.header_problem(header):
        return tidy.wrong_header(header, f"{sheet.name}!A1")
    return _read_rows(sheet.name, table)


def _read_rows(sheet: str, table: Sequence[Sequence[Value]]) -> ReadFile:
    file = ReadFile()
    for number, values in enumerate(table[1:], 2):
        fields = [_text(value) for value in values]
        if not any(fields):
            continue
        if len(file.rows) + len(file.findings) >= tidy.MOST_ROWS:
            file.findings.append(tidy.too_many_rows())
            break
        location = f"{sheet}!{_CLIENTS}{number}"
        if any(fields[len(COLUMNS) :]):
            count = len(_without_empty_end(fields))
            file.findings.append(finding("E106", location, count=count))
        else:
            file.rows.append(tidy.row(location, fields[: len(COLUMNS)]))
    return file if file.rows or file.findings else tidy.without_data()


def _text(value: Value) -> str:
    """A cell as a CSV would hold it; what is no number stays something that no number check accepts."""
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def _without_empty_end(fields: list[str]) -> list[str]:
    filled = [number for number, text in enumerate(fields, 1) if text]
    return fields[: filled[-1]] if filled else []
