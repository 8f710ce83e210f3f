"""Deliveries with one defect each, named after it, and the good deliveries that they were made from.

What a reader of a test must know of a file stands in its name; which rule catches it stands beside it.
Nothing is checked here.
"""

from __future__ import annotations

import csv
import io
import os
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from orchestration.reading.tidy import COLUMNS
from tests.support.oracle import DictionaryRow
from tests.support.random_deliveries import standard_reference

Line = list[str]
Change = Callable[[list[Line]], list[Line]]

ORGANISATION = "org_040"
QUARTER = "2024-Q1"
REGIONS = ("achterhoek", "drenthe")
TRAJECTORIES = ("ips", "wabz")
NOW = datetime.fromisoformat("2026-07-01T09:00:00+00:00")
"""A moment at which 2026-Q2 has just ended."""

TOTALS = {
    "clients": 36,
    "paid_work": 12,
    "ever_paid_work": 18,
    "durable_paid_work": 6,
    "started_paid_work": 2,
    "stopped_paid_work": 1,
    "ended": 12,
}


# Good deliveries ---------------------------------------------------------------------------------------


def good_rows(
    organisation: str = ORGANISATION,
    quarter: str = QUARTER,
    regions: Sequence[str] = REGIONS,
    trajectories: Sequence[str] = TRAJECTORIES,
    without_groups: Sequence[str] = (),
) -> list[Line]:
    """The rows of a delivery that is right in every way, zeros nowhere, optional cells left out."""
    return [
        [
            organisation,
            quarter,
            region,
            row.trajectory,
            row.measure,
            row.breakdown,
            row.category,
            _clients(row, quarter),
        ]
        for region in regions
        for trajectory in trajectories
        for row in standard_reference().valid_rows(trajectory, quarter)
        if not row.optional and row.group not in without_groups
    ]


def good_delivery(organisation: str = ORGANISATION, quarter: str = QUARTER, **choices: Any) -> str:
    """The same as a tidy CSV."""
    return tidy_csv(good_rows(organisation, quarter, **choices))


def tidy_csv(rows: Iterable[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Rows below the tidy header."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows([COLUMNS, *rows])
    return text.getvalue()


def tidy_workbook(rows: Iterable[Sequence[str]]) -> Workbook:
    """Rows below the tidy header on the first sheet, numbers as numbers."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Blad1"
    for row in [COLUMNS, *rows]:
        sheet.append([int(text) if text.isdecimal() else text for text in row])
    return workbook


def declaration(category: str, trajectory: str = "", organisation: str = ORGANISATION) -> Line:
    """A row that declares something."""
    return [organisation, QUARTER, "", trajectory, "declaration", "", category, ""]


def _clients(row: DictionaryRow, quarter: str) -> str:
    """Every breakdown of a measure adds up to the same total."""
    siblings = [
        other
        for other in standard_reference().valid_rows(row.trajectory, quarter)
        if (other.measure, other.breakdown) == (row.measure, row.breakdown) and not other.optional
    ]
    return str(max(1, TOTALS.get(row.measure, 0) // len(siblings)))


# What can be wrong with the rows -----------------------------------------------------------------------


def _with(column: str, value: str, number: int = 0) -> Change:
    """One field changed in one row."""

    def change(rows: list[Line]) -> list[Line]:
        rows[number][COLUMNS.index(column)] = value
        return rows

    return change


def _with_all(column: str, value: str) -> Change:
    """One field changed in all rows."""

    def change(rows: list[Line]) -> list[Line]:
        return [[value if name == column else text for name, text in zip(COLUMNS, row, strict=True)] for row in rows]

    return change


def _plus(*extra: Line) -> Change:
    return lambda rows: rows + [list(line) for line in extra]


def _instead(*rows: Line) -> Change:
    return lambda _: [list(line) for line in rows]


def _without(drop: Callable[[Line], bool]) -> Change:
    return lambda rows: [row for row in rows if not drop(row)]


def _is(region: str, trajectory: str, *measures: str) -> Callable[[Line], bool]:
    return lambda row: row[2] == region and row[3] == trajectory and row[4] in measures


def _total(trajectory: str, measure: str, each: str) -> Change:
    """Each cell by funding of a measure, in the first region, set to a number."""

    def change(rows: list[Line]) -> list[Line]:
        for row in rows:
            if _is(REGIONS[0], trajectory, measure)(row) and row[5] == "funding":
                row[7] = each
        return rows

    return change


def _with_cell(measure: str, breakdown: str, category: str, value: str, trajectory: str = "ips") -> Change:
    """One number of a trajectory in the first region changed."""

    def change(rows: list[Line]) -> list[Line]:
        (row,) = [row for row in rows if row[2:7] == [REGIONS[0], trajectory, measure, breakdown, category]]
        row[7] = value
        return rows

    return change


def _job_duration(longest: str) -> Change:
    """Jobcoaching of 36 clients, whose job has lasted less than six months for 12, and for 12 half a year to a year."""

    def change(_: list[Line]) -> list[Line]:
        rows = good_rows(regions=REGIONS[:1], trajectories=["jobcoaching"])
        for row in rows:
            if row[4] == "job_duration":
                row[7] = longest if row[6] == "gt_12_months" else "12"
        return rows

    return change


GOOD = good_delivery()
HEADER, *LINES = GOOD.splitlines()
LINE = LINES[0]
EXTRA = [ORGANISATION, QUARTER, "drenthe", "ips", "clients", "funding", "uwv", "3"]
FIRST_QUARTER = good_rows(quarter="2022-Q4", trajectories=["ips"])
ORIENTATION = [ORGANISATION, "2022-Q4", "drenthe", "ips", "clients", "stage", "orientation", "3"]
WRONG_ROWS: list[tuple[str, str, Change]] = [
    ("two_organisations", "E201", _with("organisation_id", "org_039", 3)),
    ("unknown_organisation", "E202", _with_all("organisation_id", "org_999")),
    ("organisation_that_climbs_out_of_its_folder", "E202", _with_all("organisation_id", "../../etc")),
    ("no_organisation", "E202", _with_all("organisation_id", "")),
    ("two_quarters", "E203", _with("quarter", "2023-Q4", 3)),
    ("quarter_with_a_space", "E204", _with_all("quarter", "2024 Q1")),
    ("fifth_quarter", "E204", _with_all("quarter", "2024-Q5")),
    ("no_quarter", "E204", _with_all("quarter", "")),
    ("quarter_before_the_register", "E205", _with_all("quarter", "2022-Q3")),
    ("quarter_after_the_list", "E205", _with_all("quarter", "2099-Q1")),
    ("quarter_not_ended", "E206", _with_all("quarter", "2026-Q3")),
    ("unknown_region", "E301", _with("region_code", "Achterhoek")),
    ("no_region", "E301", _with("region_code", "")),
    ("unknown_trajectory", "E302", _with("trajectory", "IPS ")),
    ("unknown_combination", "E303", _with("category", "werkgever")),
    ("unknown_measure_with_markup", "E303", _with("measure", "<script>alert(1)</script>")),
    ("combination_after_its_quarters", "E304", _plus([*EXTRA[:4], "clients", "stage", "orientation", "3"])),
    ("combination_before_its_quarters", "E304", _with_all("quarter", "2022-Q4")),
    ("wabz_before_its_registration", "E305", _with_all("quarter", "2023-Q1")),
    ("no_value", "E401", _with("clients", "")),
    ("value_of_spaces", "E401", _with("clients", "   ")),
    ("negative", "E402", _with("clients", "-1")),
    ("fractional", "E403", _with("clients", "1.5")),
    ("decimal_comma", "E403", _with("clients", "1,5")),
    ("thousands_point", "E403", _with("clients", "1.000")),
    ("words_for_a_number", "E404", _with("clients", "twaalf")),
    ("full_width_digits", "E404", _with("clients", "１２")),
    ("arabic_digits", "E404", _with("clients", "١٢")),
    ("number_1e308", "E404", _with("clients", "1e308")),
    ("plus_sign", "E404", _with("clients", "+5")),
    ("number_that_is_shown_turned_around", "E404", _with("clients", "\u202e12\u202c")),
    ("not_a_number_nan", "E404", _with("clients", "NaN")),
    ("hard_space_in_number", "E404", _with("clients", "1\u00a0000")),
    ("hexadecimal", "E404", _with("clients", "0x10")),
    ("value_1000001", "E405", _with("clients", "1000001")),
    ("value_of_400_digits", "E405", _with("clients", "9" * 400)),
    ("same_cell_twice", "E501", _plus(EXTRA)),
    ("same_declaration_twice", "E501", _plus(*[declaration("not_offered", "other")] * 2)),
    ("missing_cell", "E502", _without(lambda row: row[2:] == [*EXTRA[2:7], "12"])),
    ("core_missing_in_a_region", "E503", _without(_is("drenthe", "wabz", "clients", "ended"))),
    ("group_for_one_region_only", "E504", _without(_is("drenthe", "ips", "education"))),
    ("durable_above_paid_work", "E601", _total("ips", "durable_paid_work", "5")),
    ("paid_work_above_ever_paid_work", "E602", _total("wabz", "paid_work", "7")),
    ("paid_work_above_clients", "E603", _total("ips", "clients", "1")),
    ("declaration_of_unknown_kind", "E701", _plus(declaration("stopped", "other"))),
    ("not_offered_without_trajectory", "E701", _plus(declaration("not_offered"))),
    (
        "declaration_with_a_region",
        "E701",
        _plus(
            [
                *declaration("not_offered", "other")[:2],
                *["drenthe", "other"],
                *declaration("not_offered", "other")[4:],
            ]
        ),
    ),
    ("declaration_with_clients", "E701", _plus([*declaration("not_offered", "other")[:7], "0"])),
    ("withdrawn_with_a_trajectory", "E701", _instead(declaration("withdrawn", "ips"))),
    ("not_offered_but_delivered", "E702", _plus(declaration("not_offered", "ips"))),
    ("withdrawn_with_other_rows", "E703", _plus(declaration("withdrawn"))),
    ("withdrawn_twice", "E703", _instead(*[declaration("withdrawn")] * 2)),
]

# Odd, and accepted all the same: what the first door warns about.
ODD_ROWS: list[tuple[str, str, Change]] = [
    ("types_one_less_than_fundings", "W101", _with_cell("clients", "type", "epa_3y", "11")),
    ("stages_one_more_than_fundings", "W101", _with_cell("clients", "stage", "approved", "19")),
    ("types_in_paid_work_differ", "W101", _with_cell("paid_work", "type", "cmd_2y", "5")),
    ("types_in_durable_work_differ", "W101", _with_cell("durable_paid_work", "type", "cmd_2y", "1")),
    ("stages_ended_differ_from_work_at_the_end", "W101", _with_cell("ended", "stage", "requested", "5")),
    ("started_one_above_paid_work", "W102", _with_cell("started_paid_work", "total", "total", "13")),
    ("job_duration_one_above_clients", "W103", _job_duration("13")),
    ("time_to_first_job_one_above_ever", "W104", _with_cell("time_to_first_job", "duration", "gt_9_months", "17")),
    ("ended_six_above_clients", "W106", _with_cell("ended", "work", "never_paid_work", "34", "wabz")),
    ("stopped_six_above_paid_work", "W107", _with_cell("stopped_paid_work", "total", "total", "18")),
    ("started_education_one_above_following", "W108", _with_cell("education", "status", "started", "2")),
    ("stopped_education_six_above_following", "W109", _with_cell("education", "status", "stopped", "7")),
    ("in_education_one_above_clients", "W110", _with_cell("education", "status", "following", "37")),
    ("day_activity_one_above_clients", "W110", _with_cell("unpaid_work", "activity", "day_activity", "37")),
    ("ever_paid_work_one_above_clients", "W111", _with_cell("ever_paid_work", "funding", "uwv", "25")),
]

# Right after all: as close to a rule as one can come without breaking it.
# By the rule that it must not set off.
RIGHT_ROWS: list[tuple[str, str, Change]] = [
    ("plain", "E201", list),
    ("quarter_just_ended", "E206", lambda _: good_rows(quarter="2026-Q2")),
    ("first_quarter_of_the_register", "E205", lambda _: FIRST_QUARTER),
    ("wabz_in_its_first_quarter", "E305", lambda _: good_rows(quarter="2023-Q3")),
    ("optional_cell_in_its_only_quarter", "E304", lambda _: [*FIRST_QUARTER, ORIENTATION]),
    ("zero", "E402", _with("clients", "0")),
    ("spaces_around_the_number", "E401", _with("clients", " 7 ")),
    ("leading_zeros", "E404", _with("clients", "0000000012")),
    ("value_1000000", "E405", _with("clients", "1000000")),
    ("same_cell_in_two_regions", "E501", list),
    ("group_for_no_region", "E504", lambda _: good_rows(without_groups=["education", "unpaid_work"])),
    ("only_core", "E503", lambda _: [row for row in good_rows() if row[4] in ("clients", "ended")]),
    ("durable_equal_to_paid_work", "E601", _total("ips", "durable_paid_work", "4")),
    ("paid_work_equal_to_ever_paid_work", "E602", _total("wabz", "paid_work", "6")),
    (
        "paid_work_equal_to_clients",
        "E603",
        lambda rows: _total("ips", "ever_paid_work", "4")(_total("ips", "clients", "4")(rows)),
    ),
    ("not_offered_elsewhere", "E702", _plus(declaration("not_offered", "other"))),
    ("only_not_offered", "E701", _instead(declaration("not_offered", "ips"))),
    ("withdrawn", "E703", _instead(declaration("withdrawn"))),
    ("breakdowns_that_add_up", "W101", list),
    ("stages_add_up_without_who_is_orienting", "W101", lambda _: [*FIRST_QUARTER, ORIENTATION]),
    ("started_equal_to_paid_work", "W102", _with_cell("started_paid_work", "total", "total", "12")),
    ("job_duration_equal_to_clients", "W103", _job_duration("12")),
    ("time_to_first_job_equal_to_ever", "W104", _with_cell("time_to_first_job", "duration", "gt_9_months", "16")),
    ("ended_five_above_clients", "W106", _with_cell("ended", "work", "never_paid_work", "33", "wabz")),
    ("stopped_five_above_paid_work", "W107", _with_cell("stopped_paid_work", "total", "total", "17")),
    ("started_education_equal_to_following", "W108", list),
    ("stopped_education_five_above_following", "W109", _with_cell("education", "status", "stopped", "6")),
    ("in_education_equal_to_clients", "W110", _with_cell("education", "status", "following", "36")),
    ("ever_paid_work_equal_to_clients", "W111", _with_cell("ever_paid_work", "funding", "uwv", "24")),
]  # fmt: skip


# What can be wrong with the file -----------------------------------------------------------------------


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _padded(size: int) -> bytes:
    """A good delivery brought to a size with blank lines."""
    blank = b" " * 1023 + b"\n"
    return (GOOD.encode() + blank * (size // len(blank)))[: size - 1] + b"\n"


def _sparse(path: Path) -> None:
    """2 GB of one line that takes no disk."""
    with path.open("wb") as file:
        file.write(",".join(COLUMNS).encode() + b"\n")
        file.truncate(2 << 30)


def _changed_workbook(change: Callable[[Workbook], object]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        workbook = tidy_workbook(good_rows())
        change(workbook)
        workbook.save(path)

    return write


def _cell(reference: str, value: object) -> Callable[[Workbook], None]:
    def change(workbook: Workbook) -> None:
        cell = workbook.worksheets[0][reference]
        assert isinstance(cell, Cell)
        cell.value = value

    return change


def _merge(workbook: Workbook) -> None:
    workbook.worksheets[0].merge_cells("H2:H4")


def _empty_first_sheet(workbook: Workbook) -> None:
    workbook.create_sheet("Leeg", 0)


def _other_table(workbook: Workbook) -> None:
    workbook.create_sheet("Begroting", 0).append(["post", "bedrag"])


def _explain(workbook: Workbook) -> None:
    workbook.create_sheet("Uitleg").merge_cells("A1:C3")


def _far_cell(workbook: Workbook) -> None:
    workbook.worksheets[0]["XFD1048576"] = 1


def _extra_cell(workbook: Workbook) -> None:
    workbook.worksheets[0]["J5"] = "opmerking"


def _declared_above(path: Path) -> None:
    workbook = tidy_workbook(good_rows())
    sheet = workbook.worksheets[0]
    sheet.insert_rows(1)
    for column, text in enumerate(declaration("not_offered", "other"), 1):
        sheet.cell(1, column, text or None)
    workbook.save(path)


def _truncated_workbook(path: Path) -> None:
    _changed_workbook(list)(path)
    path.write_bytes(path.read_bytes()[:-2000])


def with_part(name: str, content: bytes) -> Callable[[Path], None]:
    """A workbook with one part added or replaced."""

    def write(path: Path) -> None:
        _changed_workbook(list)(path)
        with zipfile.ZipFile(path) as old:
            parts = {entry: old.read(entry) for entry in old.namelist()} | {name: content}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for entry, part in parts.items():
                new.writestr(entry, part)

    return write


def _zip_bomb(path: Path) -> None:
    with_part("xl/media/image1.png", bytes(201 << 20))(path)


def _lying_zip_bomb(path: Path) -> None:
    """As the zip bomb, but its headers say that it is small."""
    size = 201 << 20
    _zip_bomb(path)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 10)))


def _zip_of(**parts: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part)

    return write


ENTITY_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b']><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&j;</t></si></sst>'
)
OUTSIDE_LINK = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
NO_SHEETS = b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64)


def _text(*lines: str) -> Callable[[Path], object]:
    return _bytes("\n".join([*lines, ""]).encode())


def _quoted(rows: Iterable[Sequence[str]]) -> list[str]:
    return [",".join(f'"{text}"' for text in row) for row in rows]


def _header_without(column: str) -> Callable[[Path], object]:
    position = COLUMNS.index(column)
    rows = [[text for number, text in enumerate(row) if number != position] for row in [COLUMNS, *good_rows()]]
    return _text(*(",".join(row) for row in rows))


WRONG_FILES: list[tuple[str, str, Callable[[Path], object]]] = [
    ("empty_file.csv", "E102", _bytes(b"")),
    ("bom_only.csv", "E102", _bytes(b"\xef\xbb\xbf")),
    ("blank_lines_only.csv", "E102", _bytes(b"\r\n" * 20)),
    ("header_only.csv", "E102", _text(HEADER)),
    ("one_line_of_2_gb.csv", "E103", _sparse),
    ("just_above_20_mb.csv", "E103", _bytes(GOOD.encode() + b"\n" * (20 << 20))),
    ("utf_16.csv", "E101", _bytes(GOOD.encode("utf-16"))),
    ("utf_16_without_bom.csv", "E101", _bytes(GOOD.encode("utf-16-le"))),
    ("nul_bytes.csv", "E101", _bytes(GOOD.encode().replace(b"drenthe", b"dren\0the", 1))),
    ("byte_undefined_in_cp1252.csv", "E101", _bytes(GOOD.encode().replace(b"drenthe", b"drent\x81e", 1))),
    ("bom_but_no_utf_8.csv", "E101", _bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\xeb")),
    ("png_renamed.csv", "E101", _bytes(PNG)),
    ("missing_column.csv", "E105", _header_without("category")),
    ("extra_column.csv", "E105", _text(HEADER + ",opmerking", LINE + ",goed")),
    ("duplicated_header_column.csv", "E105", _text(HEADER.replace("category", "breakdown"), LINE)),
    ("columns_in_another_order.csv", "E105", _text(",".join(reversed(COLUMNS)), LINE)),
    ("no_header.csv", "E105", _text(*LINES)),
    ("row_without_a_number_above_the_header.csv", "E105", _text(LINE.rpartition(",")[0] + ",", HEADER, *LINES[1:])),
    ("declaration_above_the_header.csv", "E105", _text(",".join(declaration("not_offered", "other")), HEADER, *LINES)),
    ("declaration_above_the_header.xlsx", "E105", _declared_above),
    ("tabs_for_commas.csv", "E105", _bytes(GOOD.replace(",", "\t").encode())),
    ("html_renamed.xlsx", "E105", _bytes(b"<html><table><tr><td>organisation_id</td></tr></table></html>")),
    ("quotes_around_a_comma.csv", "E303", _text(HEADER, LINE.replace("funding", '"a,b"'), *LINES[1:])),
    ("million_blank_lines.csv", "E110", _text(HEADER, *[""] * 1_000_000, *LINES)),
    ("header_repeated_below.csv", "E105", _text(HEADER, *LINES, HEADER)),
    ("field_too_few.csv", "E106", _text(HEADER, LINE.rpartition(",")[0], *LINES[1:])),
    ("field_too_many.csv", "E106", _text(HEADER, LINE + ",1", *LINES[1:])),
    ("wildly_long_line.csv", "E106", _text(HEADER, "," * (10 << 20), *LINES)),
    ("wildly_long_field.csv", "E303", _text(HEADER, LINE.replace("funding", "x" * (10 << 20)), *LINES)),
    ("unbalanced_quotes.csv", "E109", _text(HEADER, *LINES[:5], LINES[5].replace("ips", '"ips'), *LINES[6:])),
    ("quote_inside_a_field.csv", "E109", _text(HEADER, LINES[0].replace("ips", '"ip"s'), *LINES[1:])),
    ("too_many_rows.csv", "E110", _text(HEADER, *[LINE] * 100_001)),
    ("truncated.xlsx", "E101", _truncated_workbook),
    ("zip_that_is_no_workbook.xlsx", "E101", _zip_of(readme=b"hallo")),
    ("zip_with_path_that_climbs_out.xlsx", "E101", _zip_of(**{"../../inbox/evil.csv": GOOD.encode()})),
    ("zip_header_and_rubbish.xlsx", "E101", _bytes(b"PK\x03\x04" + os.urandom(500))),
    ("entity_bomb.xlsx", "E101", with_part("xl/sharedStrings.xml", ENTITY_BOMB)),
    ("outside_entity.xlsx", "E101", with_part("xl/worksheets/sheet1.xml", OUTSIDE_LINK)),
    ("sheet_that_is_no_xml.xlsx", "E101", with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>")),
    ("workbook_without_sheets.xlsx", "E102", with_part("xl/workbook.xml", NO_SHEETS)),
    ("empty_first_sheet.xlsx", "E102", _changed_workbook(_empty_first_sheet)),
    ("zip_bomb.xlsx", "E104", _zip_bomb),
    ("zip_bomb_with_lying_headers.xlsx", "E104", _lying_zip_bomb),
    ("password_protected.xlsx", "E107", _bytes(OLE + bytes(4000))),
    ("old_excel.xls", "E107", _bytes(OLE + bytes(4000))),
    ("another_table.xlsx", "E108", _changed_workbook(_other_table)),
    ("header_typo.xlsx", "E105", _changed_workbook(_cell("C1", "regio"))),
    ("remark_beside_the_table.xlsx", "E106", _changed_workbook(_extra_cell)),
    ("cell_in_the_last_corner.xlsx", "E110", _changed_workbook(_far_cell)),
    ("formula_without_stored_value.xlsx", "E401", _changed_workbook(_cell("H2", "=1+1"))),
    ("merged_number_cells.xlsx", "E401", _changed_workbook(_merge)),
    ("formula_error.xlsx", "E401", _changed_workbook(_cell("H2", "#N/A"))),
    ("fraction.xlsx", "E403", _changed_workbook(_cell("H2", 12.5))),
    ("number_1e308.xlsx", "E404", _changed_workbook(_cell("H2", 1e308))),
    ("date_for_a_number.xlsx", "E404", _changed_workbook(_cell("H2", datetime(2024, 1, 2)))),
    ("truth_for_a_number.xlsx", "E404", _changed_workbook(_cell("H2", True))),
    ("line_break_after_number.xlsx", "E404", _changed_workbook(_cell("H2", "12\n"))),
]  # fmt: skip

RIGHT_FILES: list[tuple[str, str, Callable[[Path], object]]] = [
    ("utf_8_with_bom.csv", "E101", _bytes(b"\xef\xbb\xbf" + GOOD.encode())),
    ("semicolons.csv", "E105", _bytes(tidy_csv(good_rows(), ";").encode())),
    ("windows_line_ends.csv", "E106", _bytes(tidy_csv(good_rows(), end="\r\n").encode())),
    ("no_final_newline.csv", "E106", _bytes(GOOD.rstrip("\n").encode())),
    ("quoted_fields.csv", "E109", _text(*_quoted([COLUMNS, *good_rows()]))),
    ("line_of_delimiters_on_top.csv", "E105", _text(";" * 7, "", *tidy_csv(good_rows(), ";").splitlines())),
    ("titles_above_the_header.csv", "E105", _text("Levering;van ons", "", *tidy_csv(good_rows(), ";").splitlines())),
    ("delimiter_said_on_top.csv", "E105", _text("sep=;", *tidy_csv(good_rows(), ";").splitlines())),
    ("empty_columns_at_the_end.csv", "E106", _text(*(f"{line},," for line in GOOD.splitlines()), ",,,,,,,,,")),
    ("header_in_capitals_with_blanks.csv", "E105", _text(HEADER.upper().replace(",", " , "), *LINES)),
    ("blanks_round_codes.csv", "E301", _text(HEADER, *(line.replace(",", "\u00a0, ") for line in LINES))),
    ("invisible_characters.csv", "E302", _text(HEADER, *(line.replace(",", "\u200b,\ufeff") for line in LINES))),
    ("old_mac_line_ends.csv", "E106", _bytes(GOOD.replace("\n", "\r").encode())),
    ("float_noise.csv", "E404", _text(HEADER, *(f"{line.rpartition(',')[0]},11.999999999999998" for line in LINES[:2]),
                                     *LINES[2:])),
    ("blank_lines_between.csv", "E102", _text(HEADER, "", *LINES, "", ",,,,,,,", "")),
    ("just_within_20_mb.csv", "E103", _bytes(_padded(20 << 20))),
    ("tidy.xlsx", "E108", _changed_workbook(list)),
    ("tidy_without_extension", "E107", _changed_workbook(list)),
    ("tidy_named_as_csv.csv", "E107", _changed_workbook(list)),
    ("just_within_200_mb_unpacked.xlsx", "E104", with_part("xl/media/image1.png", bytes(199 << 20))),
    ("merged_cells_elsewhere.xlsx", "E110", _changed_workbook(_explain)),
]  # fmt: skip


# All of it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """A file to be made, and the rule that it breaks (or almost breaks)."""

    name: str
    rule: str
    write: Callable[[Path], object]


def broken_files() -> list[Sample]:
    """Every file that must be refused."""
    from tests.support import broken_templates, broken_workbooks

    files = [Sample(*one) for one in WRONG_FILES + broken_templates.WRONG + broken_workbooks.WRONG]
    return files + [_of_rows(*one) for one in WRONG_ROWS]


def odd_files() -> list[Sample]:
    """Every file that is accepted with a remark."""
    from tests.support import broken_templates, broken_workbooks

    made = [Sample(*one) for one in broken_templates.ODD + broken_workbooks.ODD]
    return [_of_rows(*one) for one in ODD_ROWS] + made


def borderline_files() -> list[Sample]:
    """Every file that comes close to a rule and must be accepted."""
    from tests.support import broken_templates, broken_workbooks

    files = [Sample(*one) for one in RIGHT_FILES + broken_templates.RIGHT + broken_workbooks.RIGHT]
    return files + [_of_rows(*one) for one in RIGHT_ROWS]


def write_all(samples: Iterable[Sample], folder: Path) -> dict[str, str]:
    """Make the files in a folder; the rule of each by its name."""
    rules = {}
    for sample in samples:
        sample.write(folder / sample.name)
        rules[sample.name] = sample.rule
    return rules


def _of_rows(name: str, rule: str, change: Change) -> Sample:
    return Sample(f"{name}.csv", rule, partial(_write_rows, change))


def _write_rows(change: Change, path: Path) -> None:
    path.write_text(tidy_csv(change(good_rows())), encoding="utf-8")
