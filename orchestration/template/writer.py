"""Writes the workbook that an organisation fills in: cover, a sheet per trajectory, and the explanation.

Always made anew from the layout of an edition, also to hand back what was sent with remarks: nothing of a sender's file
but its values ever gets into a workbook of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.findings.dutch import in_words
from orchestration.reading.form.editions import (
    ANSWER_HEADER,
    EDITION_LABEL,
    LABELS,
    NAME_LABEL,
    ORGANISATION_LABEL,
    QUARTER_LABEL,
    REGION_HEADER,
    Edition,
)
from orchestration.template import trajectory_sheet
from orchestration.template.contents import Contents
from orchestration.template.styles import DARK, merge, new_workbook, protect, put, put_formula, put_title, texts

Entries = Mapping[str, str | int | float]
"""What was filled in, by location ("IPS!H12")."""


def build(contents: Contents, edition: Edition, entries: Entries | None = None) -> Workbook:
    """The workbook, empty or with what was filled in: then the regions too can be chosen anew."""
    workbook = new_workbook()
    trajectories = [one for one in edition.sheets if contents.is_asked(one)]
    _refuse_unknown_cells(contents, edition, trajectories)
    _write_cover(workbook.create_sheet(edition.cover.sheet), contents, edition, trajectories)
    for trajectory in sorted(trajectories, key=lambda one: one not in contents.own):
        sheet = workbook.create_sheet(edition.sheets[trajectory])
        trajectory_sheet.write(sheet, contents, edition, trajectory, is_empty=entries is None)
    _write_explanation(workbook.create_sheet(edition.explanation), contents, edition, trajectories)
    _write_lists(workbook.create_sheet(edition.lists), contents)
    for location, value in (entries or {}).items():
        name, _, reference = location.rpartition("!")
        if name in workbook.sheetnames:  # else it is not asked for in this quarter, which is what the finding says
            put(workbook[name], reference, value)
    return workbook


class EditionTooOld(Exception):
    """The data dictionary asks for something that the newest edition has no column for."""


def _refuse_unknown_cells(contents: Contents, edition: Edition, trajectories: list[str]) -> None:
    placed = {cell.key for cell in edition.cells}
    for trajectory in trajectories:
        for key in contents.asked(trajectory):
            if key not in placed:
                raise EditionTooOld(
                    f"Editie {edition.edition} van het sjabloon heeft geen kolom voor {', '.join(key)}."
                )


def _write_cover(sheet: Worksheet, contents: Contents, edition: Edition, trajectories: list[str]) -> None:
    words, cover = texts(), edition.cover
    for column, width in {"A": 3, "B": 40, "C": 34, "D": 22, "E": 34}.items():
        sheet.column_dimensions[column].width = width
    put_title(sheet, "B1", words["title"])
    names = {"quarter": contents.quarter, "name": contents.organisation_name}
    put(sheet, "B2", words["subtitle"].format_map(names), "subtitle")
    _write_facts(sheet, contents, edition)
    row = _row(cover.edition) + 2
    put(sheet, f"B{row}", words["instructions_title"], "section")
    for number, line in enumerate(words["instructions"], row + 1):
        put(sheet, f"B{number}", f"{number - row}. {line.format(explanation=edition.explanation)}")
        merge(sheet, f"B{number}:E{number}", "text")
        sheet.row_dimensions[number].height = 18
    _write_answers(sheet, contents, edition, trajectories)
    _write_withdrawal(sheet, edition)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = DARK
    print_on_one_width(sheet)
    protect(sheet)


def _write_facts(sheet: Worksheet, contents: Contents, edition: Edition) -> None:
    cover = edition.cover
    deadline = in_words(contents.deadline) if contents.deadline else texts()["no_last_quarter"]
    facts = [
        (cover.organisation, ORGANISATION_LABEL, contents.organisation_id),
        (cover.name, NAME_LABEL, contents.organisation_name),
        (cover.quarter, QUARTER_LABEL, contents.quarter),
        (cover.deadline, texts()["labels"]["deadline"], deadline),
        (cover.edition, EDITION_LABEL, edition.edition),
    ]
    for reference, label, fact in facts:
        put(sheet, f"{LABELS}{_row(reference)}", label, "label")
        put(sheet, reference, fact, "fact")


def _write_answers(sheet: Worksheet, contents: Contents, edition: Edition, trajectories: list[str]) -> None:
    words, answers = texts(), edition.cover.answers
    top = min(_row(reference) for reference in answers.values()) - 1
    put(sheet, f"B{top - 1}", words["trajectories_title"], "section")
    last_quarter = contents.last_quarter or words["no_last_quarter"]
    for column, title in zip("BCDE", words["trajectory_columns"], strict=True):
        put(sheet, f"{column}{top}", title.format(last_quarter=last_quarter, answer=ANSWER_HEADER), "column")
    names = {one["trajectory"]: one["name_nl"] for one in contents.trajectories}
    validation = trajectory_sheet.answer_validation("not_offered", edition.words.not_offered)
    sheet.add_data_validation(validation)
    for trajectory in trajectories:
        row = _row(answers[trajectory])
        put(sheet, f"{LABELS}{row}", names[trajectory], "region")
        put(sheet, f"C{row}", _delivered(contents, trajectory, edition), "table")
        put(sheet, answers[trajectory], None, "choice")
        put_formula(sheet, f"E{row}", _state(contents, edition, trajectory), "status")
        validation.add(answers[trajectory])


def _delivered(contents: Contents, trajectory: str, edition: Edition) -> str:
    """What the last delivery said of a trajectory."""
    words = texts()
    if trajectory in contents.declined:
        return edition.words.not_offered
    count = len({region for region, one, *_ in contents.last_values if one == trajectory})
    form: str = words["delivered_regions"]["one" if count == 1 else "more"]
    return form.format(count=count) if count else str(words["nothing_delivered"])


def _state(contents: Contents, edition: Edition, trajectory: str) -> str:
    """How far a trajectory's sheet is filled in."""
    words, first, column = texts(), edition.rows.first, edition.columns.status
    area = f"'{edition.sheets[trajectory]}'!{column}{first}:{column}{first + len(contents.regions) - 1}"
    done, open_ = f'COUNTIF({area},"{words["state_complete"]}")', f'COUNTIF({area},"{words["state_open"]}*")'
    answer = edition.cover.answers[trajectory]
    counts = f'{done}&" regio\'s compleet, "&{open_}&" nog niet"'
    return f'IF({answer}<>"",{answer},IF({done}+{open_}=0,"{words["no_last_quarter"]}",{counts}))'


def _write_withdrawal(sheet: Worksheet, edition: Edition) -> None:
    words, reference = texts(), edition.cover.withdrawn
    row = _row(reference)
    put(sheet, f"B{row - 1}", words["withdrawal_title"], "section")
    put(sheet, f"B{row}", words["withdrawal"].format(withdrawn=edition.words.withdrawn))
    merge(sheet, f"B{row}:C{row}", "text")
    sheet.row_dimensions[row].height = 34
    put(sheet, reference, None, "choice")
    validation = trajectory_sheet.answer_validation("withdrawn", edition.words.withdrawn)
    validation.add(reference)
    sheet.add_data_validation(validation)


def _write_explanation(sheet: Worksheet, contents: Contents, edition: Edition, trajectories: list[str]) -> None:
    """Every term, trajectory, cell and region."""
    words = texts()
    for column, width in {"A": 34, "B": 52, "C": 76, "D": 12, "E": 50}.items():
        sheet.column_dimensions[column].width = width
    put_title(sheet, "A1", words["explanation_title"])
    row = _table(sheet, 3, words["sections"]["terms"], words["terms"].items())
    for number in range(3, row - 1):
        merge(sheet, f"B{number}:E{number}", "column" if number == 3 else "table")
    known = [
        (edition.sheets[one["trajectory"]], one["name_nl"], one["trajectory"], one["registered_from"], result)
        for one in contents.trajectories
        if one["trajectory"] in trajectories and (result := one["intended_result_nl"])
    ]
    row = _table(sheet, row, words["sections"]["trajectories"], known)
    row = _table(sheet, row, words["sections"]["cells"], _explained_cells(contents, edition, trajectories))
    _table(sheet, row, words["sections"]["regions"], [(name, code) for code, name in contents.regions.items()])
    sheet.sheet_view.showGridLines = False
    print_on_one_width(sheet)
    protect(sheet)


def _explained_cells(contents: Contents, edition: Edition, trajectories: list[str]) -> list[tuple[str, ...]]:
    words = texts()
    explained: list[tuple[str, ...]] = []
    for trajectory in trajectories:
        asked = contents.asked(trajectory)
        for cell in edition.by_sheet[trajectory]:
            if cell.key in asked:
                label = asked[cell.key]["label_nl"]
                text = words["optional"].format(label=label) if asked[cell.key]["optional"] else label
                code = f"{cell.measure}, {cell.breakdown}, {cell.category}"
                group = words["groups"][cell.measure_group]
                explained.append((edition.sheets[trajectory], group, text, cell.column, code))
    return explained


def _table(sheet: Worksheet, top: int, titles: Sequence[str], lines: Iterable[Sequence[str]]) -> int:
    """A table below the others; the row where the next may begin."""
    written = [titles, *lines]
    for row, line in enumerate(written, top):
        for column, text in zip("ABCDE", line, strict=False):
            put(sheet, f"{column}{row}", text, "column" if row == top else "table")
    return top + len(written) + 1


def _write_lists(sheet: Worksheet, contents: Contents) -> None:
    """The regions to choose from, the organisation's own first, each with the code that landing reads."""
    own = contents.own_regions()
    put(sheet, "A1", REGION_HEADER)
    put(sheet, "B1", "region_code")
    for row, code in enumerate(own + [code for code in contents.regions if code not in own], 2):
        put(sheet, f"A{row}", contents.regions[code])
        put(sheet, f"B{row}", code)
    sheet.sheet_state = "hidden"
    protect(sheet)


def print_on_one_width(sheet: Worksheet) -> None:
    """On paper no wider than a page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _row(reference: str) -> int:
    return int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
