"""What people do to a filled-in template in Excel: each a change of a workbook, drawn with hypothesis.

Every number in the workbook is another one, so that wherever it turns up it can be told which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from io import BytesIO

from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.reading.form import editions
from orchestration.reading.form.editions import Cell, blocks
from orchestration.template import writer
from tests.support import templates
from tests.support.broken_files import Line, good_rows

EDITION = editions.newest()
SHEETS = ("IPS", "WABZ")
# far enough apart for no total to be a number that was filled in
LEVELS = {"durable_paid_work": 11_000, "paid_work": 130_000, "ever_paid_work": 170_000, "clients": 190_000}
Break = Callable[[Workbook], object]


@cache
def rows() -> list[Line]:
    """A delivery that is accepted, every number in it another one."""
    return [[*row[:7], str(LEVELS.get(row[4], 700_000) + number)] for number, row in enumerate(good_rows())]


def filled_in() -> Workbook:
    """The template with these numbers and last quarter's beside them, its formulas computed."""
    return load_workbook(BytesIO(_filled_in()))


@cache
def _filled_in() -> bytes:
    last = {tuple(row[2:7]): 900_000 + number for number, row in enumerate(rows())}
    contents = replace(templates.small_contents(), last_quarter="2023-Q4", last_values=last)
    contents = replace(contents, own={"ips": ["achterhoek", "drenthe"], "wabz": ["achterhoek", "drenthe"]})
    workbook = writer.build(contents, EDITION)
    templates.enter(workbook, templates.places(workbook, EDITION, rows()))
    for trajectory, name in EDITION.sheets.items():
        if name in workbook.sheetnames:
            _compute(workbook[name], EDITION.by_sheet[trajectory])
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def _compute(sheet: Worksheet, cells: Sequence[Cell]) -> None:
    """What Excel stores for the formulas of a sheet: the totals and the helpers."""
    for cell in [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]:
        cell.value = None
    _add_up(sheet, cells)
    for row in range(EDITION.rows.first, sheet.max_row + 1):
        sheet[f"{EDITION.columns.filled}{row}"] = sum(sheet[f"{one.column}{row}"].value is not None for one in cells)
    for one in {one.measure_group: one for one in reversed(cells)}.values():
        sheet[f"{one.column}{EDITION.rows.filled}"] = 126


def _add_up(sheet: Worksheet, cells: Sequence[Cell]) -> None:
    numbers = [*range(EDITION.rows.first, sheet.max_row + 1)]
    for cell in cells:
        for column in cell.columns:
            added = [sheet[f"{column}{row}"].value for row in numbers]
            sheet[f"{column}{EDITION.rows.total}"] = sum(filter(None, added)) or None
    for row in (EDITION.rows.total, *numbers):
        for _, block in blocks(tuple(cells)):
            parts = [sheet[f"{cell.column}{row}"].value for cell in block if cell.total]
            if any(parts):
                sheet[f"{block[0].total}{row}"] = sum(filter(None, parts))


def numbers_in(workbook: Workbook) -> set[int]:
    """Every whole number that stands anywhere."""
    found = {value for sheet in workbook for row in sheet.iter_rows(values_only=True) for value in row}
    return {int(value) for value in found if isinstance(value, int | float) and not isinstance(value, bool)}


def _on(change: Callable[[Worksheet], object], name: str) -> Break:
    """A change of a sheet, where that is still there."""

    def apply(workbook: Workbook) -> None:
        if name in workbook.sheetnames:
            with suppress(AttributeError):  # what is merged cannot be typed in
                change(workbook[name])

    return apply


def _retitled(name: str, title: str) -> Break:
    return _on(lambda sheet: setattr(sheet, "title", title), name)


def _removed(name: str) -> Break:
    return lambda workbook: workbook.remove(workbook[name]) if name in workbook.sheetnames else None


def _doubled(name: str, change: int | None) -> Break:
    def apply(workbook: Workbook) -> None:
        if name in workbook.sheetnames:
            double = workbook.copy_worksheet(workbook[name])
            if change:
                double[f"D{EDITION.rows.first}"] = change

    return apply


def _moved(name: str, by: int) -> Break:
    return lambda workbook: workbook.move_sheet(name, by) if name in workbook.sheetnames else None


def _typed(name: str, reference: str, value: object) -> Break:
    return _on(lambda sheet: sheet.__setitem__(reference, value), name)


def _swapped(name: str, one: str, other: str, first: int) -> Break:
    """Two columns change places, from a row on: headers and all, or the numbers alone."""

    def change(sheet: Worksheet) -> None:
        for row in range(first, sheet.max_row + 1):
            a, b = sheet[f"{one}{row}"], sheet[f"{other}{row}"]
            a.value, b.value = b.value, a.value

    return _on(change, name)


def _sorted(name: str) -> Break:
    """The rows of the regions the other way around."""

    def change(sheet: Worksheet) -> None:
        last = EDITION.rows.first + 1
        for column in range(1, sheet.max_column + 1):
            a, b = sheet.cell(EDITION.rows.first, column), sheet.cell(last, column)
            a.value, b.value = b.value, a.value

    return _on(change, name)


def _merged(name: str, column: str) -> Break:
    first = EDITION.rows.first
    return _on(lambda sheet: sheet.merge_cells(f"{column}{first}:{column}{first + 1}"), name)


def _hidden(name: str, column: str) -> Break:
    return _on(lambda sheet: setattr(sheet.column_dimensions[column], "hidden", True), name)


def _totals_instead(name: str) -> Break:
    """Only the total of a block is typed, not what it is made of."""

    def change(sheet: Worksheet) -> None:
        for column in "DFH":
            sheet[f"{column}{EDITION.rows.first}"] = None
        sheet[f"J{EDITION.rows.first}"] = 77

    return _on(change, name)


def _inputs(name: str) -> list[str]:
    trajectory = next(one for one, sheet in EDITION.sheets.items() if sheet == name)
    return [cell.column for cell in EDITION.by_sheet[trajectory]]


@st.composite
def breaks(draw: st.DrawFn) -> tuple[str, Break]:
    """One change, with what it is called."""
    name = draw(st.sampled_from([*SHEETS, *SHEETS, EDITION.cover.sheet, EDITION.lists, EDITION.explanation]))
    first, row, column = EDITION.rows.first, draw(st.integers(1, 13)), draw(st.integers(1, 45))
    reference = draw(st.sampled_from(_inputs(name) if name in SHEETS else ["B", "C", "D"]))
    other = draw(st.sampled_from(_inputs(name) if name in SHEETS else ["B", "C", "D"]))
    region_cell = f"A{first + draw(st.integers(0, 1))}"
    word = draw(st.sampled_from(["n.v.t.", "1.234", "12,5", "-", "zie mail", " 7 "]))
    answer = EDITION.cover.answers[draw(st.sampled_from(["ips", "wabz"]))]
    offered: dict[str, Break] = {
        f"rename {name}": _retitled(name, draw(st.sampled_from(["Blad1", f"{name} Q1", f"{name} (2)", "ips"]))),
        f"remove {name}": _removed(name),
        f"double {name}": _doubled(name, None),
        f"double {name} and change it": _doubled(name, 777_777),
        f"move {name}": _moved(name, draw(st.integers(-3, 3))),
        f"insert row {row} in {name}": _on(lambda sheet: sheet.insert_rows(row), name),
        f"insert column {column} in {name}": _on(lambda sheet: sheet.insert_cols(column), name),
        f"remove row {row} of {name}": _on(lambda sheet: sheet.delete_rows(row), name),
        f"remove column {column} of {name}": _on(lambda sheet: sheet.delete_cols(column), name),
        f"remove columns {column}, {column + 1} of {name}": _on(lambda sheet: sheet.delete_cols(column, 2), name),
        f"hide {reference} of {name}": _hidden(name, reference),
        f"sort {name}": _sorted(name),
    }
    if name in SHEETS:
        offered |= {
            f"swap {reference} and {other} of {name}": _swapped(name, reference, other, EDITION.rows.header),
            f"other header {reference} of {name}": _typed(name, f"{reference}{EDITION.rows.header}", "Provincie"),
            f"header twice {reference} of {name}": _typed(name, f"{reference}{EDITION.rows.header}", "UWV"),
            f"other heading {reference} of {name}": _typed(name, f"{reference}{EDITION.rows.heading}", "Cliënten"),
            f"unknown region in {name}": _typed(name, region_cell, "Utopia"),
            f"other region in {name}": _typed(name, region_cell, "Zwolle"),
            f"region twice in {name}": _typed(name, region_cell, "Drenthe"),
            f"no region in {name}": _typed(name, region_cell, None),
            f"merge {reference} of {name}": _merged(name, draw(st.sampled_from([reference, "A"]))),
            f"paste {word} in {name}": _typed(name, f"{reference}{first}", word),
            f"total in {name}": _totals_instead(name),
            f"note beside {name}": _typed(name, f"{get_column_letter(column_index_from_string('DZ'))}{row}", "let op"),
        }
    offered["other quarter"] = _typed(EDITION.cover.sheet, EDITION.cover.quarter, "1e kwartaal 2024")
    offered["other answer"] = _typed(EDITION.cover.sheet, answer, draw(st.sampled_from(["ja", "niet aangeboden"])))
    said = draw(st.sampled_from(sorted(offered)))
    return said, offered[said]
