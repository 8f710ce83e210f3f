"""Tidy workbooks whose XML says more, or less, than a reader would get of it, each named after its defect."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.support import broken_files
from tests.support.parts import BOOK, FIRST_SHEET, Change, Parts, all_of, replaced, taken_apart, together

FIRST = r'(<c r="H2"[^>]*?)( t="n")?><v>12</v></c>'
CALCULATED = replaced(' fullCalcOnLoad="1"', "", BOOK)


def _with(*changes: Change) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        parts = taken_apart(broken_files.tidy_workbook(broken_files.good_rows()))
        all_of(*changes)(parts)
        together(parts, path)

    return write


def _first(new: str) -> Change:
    """The first number written otherwise."""
    return replaced(FIRST, new, FIRST_SHEET)


def _zero(parts: Parts) -> None:
    """A number that nothing is held against, as a formula that comes to 0."""
    replaced(r'(<c r="H[0-9]+"[^>]*?)( t="n")?><v>1</v></c>', r"\1><f>0+0</f><v>0</v></c>", FIRST_SHEET, count=1)(parts)


def _title_above(path: Path) -> None:
    workbook = broken_files.tidy_workbook(broken_files.good_rows())
    workbook.worksheets[0].insert_rows(1, 3)
    workbook.worksheets[0]["B2"] = "Levering over het eerste kwartaal"
    workbook.save(path)


def _packed_twice(path: Path) -> None:
    parts = taken_apart(broken_files.tidy_workbook(broken_files.good_rows()))
    together(parts, path)
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr(FIRST_SHEET, parts[FIRST_SHEET].replace(b"<v>12</v>", b"<v>13</v>"))


WRONG: list[tuple[str, str, Callable[[Path], object]]] = [
    ("formula_never_calculated.xlsx", "E112", _with(_first(r"\1><f>6+6</f><v>0</v></c>"))),
    ("formula_for_a_text_never_calculated.xlsx", "E401", _with(_first(r'\1 t="str"><f>A1</f><v></v></c>'))),
    ("sheet_packed_twice_with_two_numbers.xlsx", "E101", _packed_twice),
    ("same_cell_twice_in_the_sheet.xlsx", "E113", _with(_first(r"\1><v>7</v></c>\1><v>12</v></c>"))),
    ("same_cell_again_and_empty.xlsx", "E113", _with(_first(r"\1><v>12</v></c>\1/>"))),
    ("two_values_in_a_cell.xlsx", "E113", _with(_first(r"\1><v>7</v><v>12</v></c>"))),
    ("same_row_twice_in_the_sheet.xlsx", "E113", _with(replaced(r'(<row r="2".*?</row>)', r"\1\1", FIRST_SHEET))),
    ("text_between_the_cells.xlsx", "E114", _with(_first(r"\1><v>12</v></c>12"))),
    ("value_in_an_element_of_its_own.xlsx", "E114", _with(_first(r"\1><v><n>12</n></v></c>"))),
    ("cell_of_another_kind_of_sheet.xlsx", "E114", _with(_first(r"<Choice>\1><v>12</v></c></Choice>"))),
    ("cell_at_no_place.xlsx", "E114", _with(replaced('r="H2"', 'r="12"', FIRST_SHEET))),
    ("shared_text_that_is_not_there.xlsx", "E404", _with(_first(r'\1 t="s"><v>9</v></c>'))),
    ("number_in_letters_of_another_script.xlsx", "E404", _with(_first(r"\1><v>１２</v></c>"))),
    ("number_with_an_underscore.xlsx", "E404", _with(_first(r"\1><v>1_2</v></c>"))),
    ("number_beyond_all_numbers.xlsx", "E404", _with(_first(r"\1><v>1e999</v></c>"))),
]  # fmt: skip
ODD: list[tuple[str, str, Callable[[Path], object]]] = [
    ("formula_to_be_calculated_again.xlsx", "W112", _with(_first(r"\1><f>6+6</f><v>12</v></c>"))),
    ("only_formula_comes_to_0.xlsx", "W112", _with(CALCULATED, _zero)),
]
RIGHT: list[tuple[str, str, Callable[[Path], object]]] = [
    ("formulas_that_were_calculated.xlsx", "E112", _with(CALCULATED, _first(r"\1><f>6+6</f><v>12</v></c>"))),
    ("one_of_the_formulas_comes_to_0.xlsx", "W112", _with(CALCULATED, _zero, _first(r"\1><f>6+6</f><v>12</v></c>"))),
    ("same_empty_cell_twice.xlsx", "E113", _with(_first(r'\1><v>12</v></c><c r="J2"/><c r="J2"/>'))),
    ("extension_between_the_cells.xlsx", "E114", _with(_first(r"\1><v>12</v></c><extLst><ext>12</ext></extLst>"))),
    ("title_and_empty_row_above_the_header.xlsx", "E108", _title_above),
]  # fmt: skip
