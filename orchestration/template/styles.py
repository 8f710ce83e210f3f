"""How the template's cells look, and how text gets into a workbook without ever becoming a formula."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Color, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767  # characters in a cell
DARK, BAND, PALE = "1F4E5F", "D6E6EA", "EDF4F6"
GREY, GREY_TEXT, LINE = "F0F0F0", "7F7F7F", "BFBFBF"
OPEN, AMISS = "FFD966", "F4B6A6"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_THIN = Side(style="thin", color=LINE)
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_OPEN_CELL = Protection(locked=False)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_RIGHT = Alignment(horizontal="right", vertical="center")


def _font(**aspects: Any) -> Font:
    return Font(name="Calibri", **aspects)


@cache
def solid(colour: str) -> PatternFill:
    """One plain colour; also fit for conditional formats, which look at the background."""
    return PatternFill("solid", start_color=Color(rgb=f"FF{colour}"), end_color=Color(rgb=f"FF{colour}"))


STYLES: dict[str, dict[str, Any]] = {
    "title": {"font": _font(size=16, bold=True, color=DARK), "alignment": Alignment(vertical="center")},
    "subtitle": {"font": _font(size=11, color=GREY_TEXT), "alignment": Alignment(vertical="center")},
    "section": {"font": _font(size=12, bold=True, color=DARK), "alignment": Alignment(vertical="center")},
    "text": {"alignment": Alignment(vertical="top", wrap_text=True)},
    "label": {"font": _font(color=GREY_TEXT), "alignment": _LEFT},
    "fact": {"font": _font(bold=True), "alignment": _LEFT},
    "table": {"alignment": _LEFT, "border": _BOX},
    "column": {"font": _font(bold=True, color="FFFFFF"), "fill": solid(DARK), "alignment": _LEFT, "border": _BOX},
    "group": {"font": _font(bold=True, color="FFFFFF"), "fill": solid(DARK), "alignment": _LEFT, "border": _BOX},
    "heading": {"font": _font(bold=True, size=10), "fill": solid(BAND), "alignment": _MIDDLE, "border": _BOX},
    "header": {"font": _font(size=9), "fill": solid(PALE), "alignment": _MIDDLE, "border": _BOX},
    "quarter": {"font": _font(size=9, bold=True), "fill": solid(PALE), "alignment": _MIDDLE, "border": _BOX},
    "input": {"alignment": _RIGHT, "border": _BOX, "protection": _OPEN_CELL},
    "choice": {"alignment": _LEFT, "border": _BOX, "protection": _OPEN_CELL},
    "region": {"font": _font(bold=True), "fill": solid(PALE), "alignment": _LEFT, "border": _BOX},
    "status": {"font": _font(size=9, color=GREY_TEXT), "fill": solid(GREY), "alignment": _LEFT, "border": _BOX},
    "previous": {
        "font": _font(size=9, italic=True, color=GREY_TEXT),
        "fill": solid(GREY),
        "alignment": _RIGHT,
        "border": _BOX,
    },
    "total": {"font": _font(bold=True), "fill": solid(GREY), "alignment": _RIGHT, "border": _BOX},
    "total_label": {"font": _font(bold=True), "fill": solid(GREY), "alignment": _LEFT, "border": _BOX},
}


@cache
def texts() -> dict[str, Any]:
    """Every Dutch word of the template."""
    words: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text(encoding="utf-8"))
    return words


def new_workbook() -> Workbook:
    """A workbook without sheets that knows our styles."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, aspects in STYLES.items():
        workbook.add_named_style(NamedStyle(_named(name), **({"font": _font()} | aspects)))
    return workbook


def paint(cell: Cell, style: str) -> Cell:
    """Give a cell one of our looks."""
    cell.style = _named(style)
    return cell


def _named(style: str) -> str:
    return f"werkmonitor {style}"


def put(sheet: Worksheet, reference: str, value: str | int | float | None, style: str | None = None) -> Cell:
    """A number or a text in a cell. Text stays text, whatever it starts with; who edits it meets a text too."""
    cell = sheet[reference]
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("·", value)[:LONGEST]
        cell.data_type = "s"
    else:
        cell.value = value
    if style:
        paint(cell, style)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def put_title(sheet: Worksheet, reference: str, title: str) -> None:
    """A title on the first row, which is made high enough for it."""
    put(sheet, reference, title, "title")
    sheet.row_dimensions[1].height = 26


def put_formula(sheet: Worksheet, reference: str, formula: str, style: str) -> None:
    """A formula of our own; nothing that came out of a file may be in it."""
    cell = sheet[reference]
    assert isinstance(cell, Cell)
    cell.value = f"={formula}"
    paint(cell, style)


def merge(sheet: Worksheet, area: str, style: str) -> None:
    """One cell out of many. openpyxl's own way works out the borders of each anew, and takes most of the time."""
    for row in sheet[area]:
        for cell in row:
            paint(cell, style)
    sheet.merged_cells.add(area)


def protect(sheet: Worksheet) -> None:
    """Only the cells to fill in can be changed. No password: this guards against slips, not against people."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
