"""Writes the sheet of one trajectory: a row per region, a column per cell of the dictionary.

Totals and the "Stand" of a region compute themselves; the checks here only help whoever fills it in: what is accepted
is decided at the door.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.reading.form import editions
from orchestration.reading.form.editions import Cell, Edition, blocks, last_column
from orchestration.reading.tidy import MOST_CLIENTS
from orchestration.template.contents import Contents
from orchestration.template.styles import AMISS, DARK, OPEN, merge, protect, put, put_formula, put_title, solid, texts

WIDTHS = {"region": 34.0, "status": 15.0, "input": 8.0, "alone": 13.0, "previous": 7.5, "total": 8.5}
HEIGHTS = {"group": 20.0, "heading": 32.0, "header": 54.0, "quarter": 16.0}


@dataclass(frozen=True)
class _Page:
    """One sheet being written."""

    sheet: Worksheet
    contents: Contents
    edition: Edition
    trajectory: str
    is_empty: bool

    @cached_property
    def asked(self) -> tuple[Cell, ...]:
        """The columns that are asked for in this quarter."""
        valid = self.contents.asked(self.trajectory)
        return tuple(cell for cell in self.edition.by_sheet[self.trajectory] if cell.key in valid)

    @cached_property
    def required(self) -> dict[str, list[Cell]]:
        """The columns that must be filled in once anything of their group is, by group."""
        valid = self.contents.asked(self.trajectory)
        groups: dict[str, list[Cell]] = {cell.measure_group: [] for cell in self.asked}
        for cell in self.asked:
            if not valid[cell.key]["optional"]:
                groups[cell.measure_group].append(cell)
        return groups

    @cached_property
    def own(self) -> list[str]:
        return self.contents.own.get(self.trajectory, [])

    @property
    def rows(self) -> range:
        first = self.edition.rows.first
        return range(first, first + len(self.contents.regions))

    def down(self, column: str) -> str:
        """All regions of a column."""
        return f"{column}{self.rows[0]}:{column}{self.rows[-1]}"


def write(sheet: Worksheet, contents: Contents, edition: Edition, trajectory: str, is_empty: bool) -> None:
    """Fill a sheet; in one that is not for an empty template the own regions can be changed as well."""
    page = _Page(sheet, contents, edition, trajectory, is_empty)
    _write_top(page)
    _write_headers(page)
    _write_total_row(page)
    for row, region in zip(page.rows, page.own + [""] * len(page.rows), strict=False):
        _write_row(page, row, region)
    _write_helpers(page)
    _check_entries(page)
    _point_out(page)
    _arrange(page)
    protect(sheet)


def _write_top(page: _Page) -> None:
    contents, words = page.contents, texts()
    name = next(one["name_nl"] for one in contents.trajectories if one["trajectory"] == page.trajectory)
    put_title(page.sheet, "A1", name)
    put(page.sheet, "A2", f"{contents.organisation_name} ({contents.organisation_id}), {contents.quarter}", "subtitle")
    instruction = words["sheet_instruction" if contents.last_quarter else "sheet_instruction_first"]
    put(page.sheet, "A3", instruction.format(last_quarter=contents.last_quarter), "subtitle")


def _write_headers(page: _Page) -> None:
    rows, columns, words = page.edition.rows, page.edition.columns, texts()
    put(page.sheet, f"{columns.region}{rows.header}", editions.REGION_HEADER, "heading")
    put(page.sheet, f"{columns.status}{rows.header}", words["status"], "heading")
    cells = page.edition.by_sheet[page.trajectory]
    for group in dict.fromkeys(cell.measure_group for cell in cells):
        members = tuple(cell for cell in cells if cell.measure_group == group)
        _span(page, members, rows.group, words["groups"][group], "group")
    for heading, block in blocks(cells):
        _span(page, block, rows.heading, heading, "heading")
        for cell in block:
            _write_header(page, cell)
        for total in {cell.total for cell in block if cell.total}:
            put(page.sheet, f"{total}{rows.header}", editions.TOTAL_HEADER, "header")
            put(page.sheet, f"{total}{rows.quarter}", page.contents.quarter, "quarter")


def _write_header(page: _Page, cell: Cell) -> None:
    rows = page.edition.rows
    put(page.sheet, f"{cell.column}{rows.header}", cell.header, "header")
    put(page.sheet, f"{cell.column}{rows.quarter}", page.contents.quarter, "quarter")
    if cell.previous:
        merge(page.sheet, f"{cell.column}{rows.header}:{cell.previous}{rows.header}", "header")
        last = page.contents.last_quarter or texts()["no_last_quarter"]
        put(page.sheet, f"{cell.previous}{rows.quarter}", last, "previous")


def _span(page: _Page, cells: tuple[Cell, ...], row: int, text: str, style: str) -> None:
    """One heading above all columns of some cells."""
    first, last = cells[0].column, last_column(cells)
    put(page.sheet, f"{first}{row}", text, style)
    if first != last:
        merge(page.sheet, f"{first}{row}:{last}{row}", style)


def _write_total_row(page: _Page) -> None:
    row = page.edition.rows.total
    put(page.sheet, f"{page.edition.columns.region}{row}", editions.TOTAL_ROW, "total_label")
    put(page.sheet, f"{page.edition.columns.status}{row}", None, "total_label")
    for cell in page.asked:
        for column in filter(None, [*cell.columns, cell.total]):
            area = page.down(column)
            style = "previous" if column == cell.previous else "total"
            put_formula(page.sheet, f"{column}{row}", f'IF(COUNT({area})=0,"",SUM({area}))', style)


def _write_row(page: _Page, row: int, region: str) -> None:
    columns, contents = page.edition.columns, page.contents
    put(page.sheet, f"{columns.region}{row}", contents.regions.get(region), _region_style(page, region))
    for cell in page.asked:
        put(page.sheet, f"{cell.column}{row}", None, "input")
        if cell.previous:
            key = (region, cell.trajectory, cell.measure, cell.breakdown, cell.category)
            put(page.sheet, f"{cell.previous}{row}", contents.last_values.get(key), "previous")
    for _, block in blocks(page.asked):
        if total := _total(block):
            parts = _refer([cell for cell in block if cell.total], row)
            put_formula(page.sheet, f"{total}{row}", f'IF(COUNT({parts})=0,"",SUM({parts}))', "total")
    put_formula(page.sheet, f"{columns.status}{row}", _status(page, row, is_own=bool(region)), "status")


def _region_style(page: _Page, region: str) -> str:
    return "region" if region and page.is_empty else "choice"


def _status(page: _Page, row: int, is_own: bool) -> str:
    """What is still to be done in a region, in words."""
    columns, words, helper = page.edition.columns, texts(), page.edition.rows.filled
    missing = "+".join(
        f"IF({cells[0].column}${helper}>0,{len(cells)}-COUNTA({_refer(cells, row)}),0)"
        for cells in page.required.values()
    )
    untouched = f'"{words["state_open"]}leeg"' if is_own else '""'
    return (
        f"IF(${columns.filled}{row}=0,{untouched},"
        f'IF({columns.region}{row}="","kies een regio",'
        f'IF({missing}=0,"{words["state_complete"]}","{words["state_open"]}"&({missing})&" leeg")))'
    )


def _write_helpers(page: _Page) -> None:
    """Hidden: how many cells of a region are filled in, and above each group whether it is being delivered."""
    columns, rows = page.edition.columns, page.edition.rows
    for row in page.rows:
        put_formula(page.sheet, f"{columns.filled}{row}", f"COUNTA({_refer(page.asked, row)})", "status")
    for group, cells in page.required.items():
        areas = ",".join(page.down(cell.column) for cell in cells)
        anything = page.down(columns.filled)
        formula = f"SUM({anything})" if group == "core" else f"COUNTA({areas})"
        put_formula(page.sheet, f"{cells[0].column}{rows.filled}", formula, "status")


def _check_entries(page: _Page) -> None:
    """What can be typed: whole numbers, and a region of the list."""
    numbers = _validation("number", type="whole", operator="between", formula1="0", formula2=str(MOST_CLIENTS))
    for cell in page.asked:
        numbers.add(page.down(cell.column))
    page.sheet.add_data_validation(numbers)
    names = f"{page.edition.lists}!$A$2:$A${len(page.contents.regions) + 1}"
    regions = _validation("region", type="list", formula1=names)
    regions.add(page.down(page.edition.columns.region))
    page.sheet.add_data_validation(regions)


def _validation(check: str, **options: str) -> DataValidation:
    words = texts()["checks"][check]
    return DataValidation(
        allow_blank=True, showErrorMessage=True, errorTitle=words["title"], error=words["message"], **options
    )


def answer_validation(check: str, answer: str) -> DataValidation:
    """A drop-down with one answer."""
    return _validation(check, type="list", formula1=f'"{answer}"')


def _point_out(page: _Page) -> None:
    """Orange: still to be filled in. Red: a total that differs from the first one of the same measure."""
    columns, rows, first = page.edition.columns, page.edition.rows, page.rows[0]
    for cells in page.required.values():
        top = cells[0].column
        formula = f'AND({top}{first}="",${columns.filled}{first}>0,${top}${rows.filled}>0)'
        area = " ".join(page.down(cell.column) for cell in cells)
        page.sheet.conditional_formatting.add(area, FormulaRule(formula=[formula], fill=solid(OPEN)))
    first_totals: dict[str, str] = {}
    for _, block in blocks(page.asked):
        if total := _total(block):
            other = first_totals.setdefault(block[0].measure, total)
            formula = f'AND({total}{first}<>"",{other}{first}<>"",{total}{first}<>{other}{first})'
            rule = FormulaRule(formula=[formula], fill=solid(AMISS))
            page.sheet.conditional_formatting.add(page.down(total), rule)


def _arrange(page: _Page) -> None:
    """Widths, what is hidden, what stays in sight, and how it is printed."""
    sheet, edition = page.sheet, page.edition
    _set_widths(page)
    for name, height in HEIGHTS.items():
        sheet.row_dimensions[getattr(edition.rows, name)].height = height
    sheet.row_dimensions[edition.rows.filled].hidden = True
    sheet.column_dimensions[edition.columns.filled].hidden = True
    first_cell = edition.by_sheet[page.trajectory][0].column
    sheet.freeze_panes = f"{first_cell}{edition.rows.first}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 90
    sheet.sheet_properties.tabColor = DARK if page.own else "BFBFBF"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 0, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_cols = f"{edition.columns.region}:{edition.columns.status}"
    sheet.print_title_rows = f"1:{edition.rows.total}"


def _set_widths(page: _Page) -> None:
    dimensions, columns = page.sheet.column_dimensions, page.edition.columns
    dimensions[columns.region].width = WIDTHS["region"]
    dimensions[columns.status].width = WIDTHS["status"]
    asked = {cell.key for cell in page.asked}
    in_use = {cell.total for cell in page.asked}
    for cell in page.edition.by_sheet[page.trajectory]:
        dimensions[cell.column].width = WIDTHS["input"] if page.contents.last_quarter else WIDTHS["alone"]
        dimensions[cell.column].hidden = cell.key not in asked
        if cell.previous:
            dimensions[cell.previous].width = WIDTHS["previous"]
            dimensions[cell.previous].hidden = cell.key not in asked or not page.contents.last_quarter
        if cell.total:
            dimensions[cell.total].width = WIDTHS["total"]
            dimensions[cell.total].hidden = cell.total not in in_use


def _total(block: tuple[Cell, ...]) -> str | None:
    """The column that adds up a block."""
    return next((cell.total for cell in block if cell.total), None)


def _refer(cells: Iterable[Cell], row: int) -> str:
    return ",".join(f"{cell.column}{row}" for cell in cells)
