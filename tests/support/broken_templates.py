"""Filled-in templates with one defect each, and those that come as close as one can without having it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from orchestration.reading.form import editions
from tests.support import templates
from tests.support.broken_files import with_part

Change = Callable[[Workbook], object]
COVER = editions.newest().cover
OTHER_BOOK, PICTURES = "xl/externalLinks/externalLink1.xml", "xl/drawings/_rels/drawing1.xml.rels"
LINKED_BOOK = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
LINKED_PICTURE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
    b' Target="http://example.org/spy.png" TargetMode="External"/></Relationships>'
)


def _changed(change: Change) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        workbook = templates.small_template()
        change(workbook)
        workbook.save(path)

    return write


def _entered(location: str, value: int | str | None) -> Callable[[Path], object]:
    return _changed(lambda workbook: templates.enter(workbook, {location: value}))


def _answered(trajectory: str, answer: str) -> Callable[[Path], object]:
    return _entered(f"{COVER.sheet}!{COVER.answers[trajectory]}", answer)


def _named(name: str | None) -> Callable[[Path], object]:
    return _entered(f"{COVER.sheet}!{COVER.name}", name)


def _rename(workbook: Workbook) -> None:
    workbook["IPS"].title = "ips 1"


def _emptied(workbook: Workbook) -> None:
    for name in ("IPS", "WABZ"):
        for row in workbook[name].iter_rows(min_row=editions.newest().rows.first, min_col=4):
            for cell in row:
                cell.value = None


def _withdrawn(workbook: Workbook) -> None:
    _emptied(workbook)
    workbook[COVER.sheet][COVER.withdrawn] = "intrekken"


def _not_offered_and_gone(workbook: Workbook) -> None:
    del workbook["WABZ"]
    workbook[COVER.sheet][COVER.answers["wabz"]] = "Niet aangeboden"


def _link_to_click(workbook: Workbook) -> None:
    workbook[COVER.sheet]["B2"].hyperlink = "https://example.org/werkmonitor"


def _doubled(change: int | None) -> Change:
    def double(workbook: Workbook) -> None:
        sheet = workbook.copy_worksheet(workbook["IPS"])
        sheet["D10"] = change or sheet["D10"].value

    return double


def _typed_total(total: int, parts: int | None) -> Change:
    def enter(workbook: Workbook) -> None:
        row = {"J10": total} | ({} if parts else dict.fromkeys(("D10", "F10", "H10")))
        templates.enter(workbook, {f"IPS!{reference}": value for reference, value in row.items()})

    return enter


def _region_twice(workbook: Workbook) -> None:
    workbook["IPS"]["A11"] = "Achterhoek"


WRONG: list[tuple[str, str, Callable[[Path], object]]] = [
    ("template_of_an_unknown_edition.xlsx", "E801", _entered(f"{COVER.sheet}!{COVER.edition}", "1999-1")),
    ("template_without_a_sheet.xlsx", "E802", _changed(lambda workbook: workbook.remove(workbook["WABZ"]))),
    ("template_with_a_renamed_sheet.xlsx", "E802", _changed(_rename)),
    ("template_with_a_changed_header.xlsx", "E803", _entered("IPS!F6", "Provincie")),
    ("template_with_a_changed_heading.xlsx", "E803", _entered("IPS!D5", "Aantal cliënten")),
    ("template_without_a_region.xlsx", "E804", _entered("IPS!A10", None)),
    ("template_with_an_unknown_region.xlsx", "E804", _entered("IPS!A10", "Utopia")),
    ("template_with_another_answer.xlsx", "E805", _answered("wabz", "misschien")),
    ("template_left_empty.xlsx", "E806", _changed(_emptied)),
    ("template_with_a_linked_workbook.xlsx", "E807", with_part(OTHER_BOOK, LINKED_BOOK)),
    ("template_with_a_picture_from_outside.xlsx", "E807", with_part(PICTURES, LINKED_PICTURE)),
    ("template_with_a_sheet_twice.xlsx", "E808", _changed(_doubled(99))),
    ("template_with_a_total_and_no_parts.xlsx", "E809", _changed(_typed_total(40, None))),
    ("template_with_another_total.xlsx", "E809", _changed(_typed_total(40, 36))),
    ("template_with_a_region_twice.xlsx", "E501", _changed(_region_twice)),
    ("template_with_a_row_inserted.xlsx", "E803", _changed(lambda workbook: workbook["IPS"].insert_rows(3))),
    ("template_with_a_column_inserted.xlsx", "E803", _changed(lambda workbook: workbook["IPS"].insert_cols(8))),
    ("template_without_a_cover.xlsx", "E802", _changed(lambda workbook: workbook.remove(workbook["Voorblad"]))),
    ("template_with_a_missing_cell.xlsx", "E502", _entered("IPS!F10", None)),
    ("template_with_a_word.xlsx", "E404", _entered("IPS!F10", "twaalf")),
    ("template_with_a_formula_error.xlsx", "E401", _entered("IPS!F10", "=1/0")),
    ("template_of_an_unknown_organisation.xlsx", "E202", _entered(f"{COVER.sheet}!{COVER.organisation}", "../../etc")),
    ("template_under_the_code_of_another.xlsx", "E208", _entered(f"{COVER.sheet}!{COVER.organisation}", "org_039")),
    ("template_under_the_name_of_another.xlsx", "E208", _named("Voorbeeldorganisatie 039")),
    ("template_that_declares_what_it_delivers.xlsx", "E702", _answered("wabz", "niet aangeboden")),
]
ODD: list[tuple[str, str, Callable[[Path], object]]] = [
    ("template_under_the_name_of_before.xlsx", "W113", _named("Stichting van Vroeger")),
]
RIGHT: list[tuple[str, str, Callable[[Path], object]]] = [
    ("template.xlsx", "E801", _changed(list)),
    ("template_with_its_name_in_capitals.xlsx", "W113", _named("VOORBEELDORGANISATIE  040 ")),
    ("template_without_a_name.xlsx", "E208", _named(None)),
    ("template_without_a_sheet_that_is_not_offered.xlsx", "E802", _changed(_not_offered_and_gone)),
    ("template_with_spaces_in_a_header.xlsx", "E803", _entered("IPS!F6", " Gemeente\n")),
    ("template_with_a_region_and_no_numbers.xlsx", "E804", _entered("IPS!A12", "Zwolle")),
    ("template_with_the_code_of_a_region.xlsx", "E804", _entered("IPS!A10", "achterhoek")),
    ("template_with_a_blank_answer.xlsx", "E805", _answered("wabz", " ")),
    ("template_with_a_sheet_twice_the_same.xlsx", "E808", _changed(_doubled(None))),
    ("template_with_the_right_total.xlsx", "E809", _changed(_typed_total(36, 36))),
    ("template_withdrawn.xlsx", "E806", _changed(_withdrawn)),
    ("template_with_a_link_to_click.xlsx", "E807", _changed(_link_to_click)),
]  # fmt: skip
