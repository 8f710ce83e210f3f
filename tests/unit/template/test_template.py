"""The template: what stands in it, and that what is filled in lands as the tidy table would."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.home.paths import Home
from orchestration.ledger.archive import ArchiveDamaged
from orchestration.reading import reading
from orchestration.reading.form import editions
from orchestration.reading.tidy import ReadFile
from orchestration.template import handout, writer
from orchestration.template.contents import NotAsked, collect, reference_list
from orchestration.template.writer import EditionTooOld
from tests.support import templates
from tests.support.broken_files import ORGANISATION, QUARTER, Line, declaration, good_rows
from tests.support.commands import werkmonitor_here

EDITION = editions.newest()
TRAJECTORIES = list(EDITION.sheets)
OLDER = Path(templates.__file__).with_name("editions") / "2025-1"


@pytest.fixture
def home(home: Home) -> Home:
    """A home with three regions, so that its templates are quickly written and read."""
    return templates.with_few_regions(home)


def landed(workbook: Workbook, folder: Path) -> ReadFile:
    workbook.save(folder / "ingevuld.xlsx")
    return reading.read(folder / "ingevuld.xlsx", "ingevuld.xlsx")


def found(file: ReadFile) -> list[tuple[str, str]]:
    return [(one.rule, one.location) for one in file.findings]


def tidy_rows(file: ReadFile) -> list[list[str]]:
    return sorted(list(row[1:]) for row in file.rows)


def written(home: Home, quarter: str = QUARTER) -> Workbook:
    """The template as it is handed out."""
    return writer.build(collect(home, ORGANISATION, quarter), EDITION)


def numbered(rows: Sequence[Line]) -> list[Line]:
    """The same rows, every number another one."""
    return [[*row[:7], str(number)] for number, row in enumerate(rows)]


# Round trip --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quarter", ["2022-Q4", "2025-Q1"])
def test_what_is_filled_in_lands_as_the_tidy_table(home: Home, tmp_path: Path, quarter: str) -> None:
    offered = [one for one in TRAJECTORIES if quarter != "2022-Q4" or one == "ips"]
    rows = numbered(good_rows(quarter=quarter, regions=["zwolle", "achterhoek"], trajectories=offered))
    workbook = written(home, quarter)
    file = landed(templates.enter(workbook, templates.places(workbook, EDITION, rows)), tmp_path)
    assert (tidy_rows(file), file.findings) == (sorted(rows), [])


def test_each_row_is_found_at_the_cell_of_its_number(tmp_path: Path) -> None:
    workbook = templates.small_template()
    for row in landed(workbook, tmp_path).rows:
        sheet, _, reference = row.location.rpartition("!")
        assert str(workbook[sheet][reference].value) == row.clients


def test_declarations_land_as_the_tidy_ones(home: Home, tmp_path: Path) -> None:
    for rows in ([declaration("not_offered", "other"), *good_rows(trajectories=["ips"])], [declaration("withdrawn")]):
        workbook = written(home)
        file = landed(templates.enter(workbook, templates.places(workbook, EDITION, rows)), tmp_path)
        assert (tidy_rows(file), file.findings) == (sorted(rows), [])


def test_a_group_and_a_region_left_empty_are_not_delivered(tmp_path: Path) -> None:
    workbook = templates.small_template()
    sheet = workbook["IPS"]
    rows = [row for row in good_rows() if (row[3], row[4]) != ("ips", "education") and row[2:4] != ["drenthe", "wabz"]]
    for cell in EDITION.by_sheet["ips"]:
        if cell.measure == "education":
            sheet[f"{cell.column}10"] = sheet[f"{cell.column}11"] = None
    for cell in EDITION.by_sheet["wabz"]:
        workbook["WABZ"][f"{cell.column}11"] = None
    assert tidy_rows(landed(workbook, tmp_path)) == sorted(rows)


def test_a_workbook_of_an_older_edition_still_lands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(editions.FOLDER, tmp_path / "editions")
    shutil.copytree(OLDER, tmp_path / "editions" / OLDER.name)
    monkeypatch.setattr(editions, "FOLDER", tmp_path / "editions")
    older = editions.load(OLDER.name)
    assert editions.newest().edition == EDITION.edition
    contents = replace(templates.small_contents(), trajectories=reference_list(Home(tmp_path), "trajectories"))
    rows = numbered(good_rows(trajectories=TRAJECTORIES[:5]))
    rows.append(declaration("not_offered", "other"))
    workbook = writer.build(contents, older)
    file = landed(templates.enter(workbook, templates.places(workbook, older, rows)), tmp_path)
    assert (tidy_rows(file), file.findings) == (sorted(rows), [])
    assert {row.location.split("!")[0] for row in file.rows} == {"Start", *list(older.sheets.values())[:5]}


# What stands in it -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def second_time(shared_home: Home) -> Workbook:
    """The template of an organisation that delivered wabz in Drenthe before, and last quarter did so again."""
    templates.with_few_regions(shared_home)
    for quarter, clients in (("2023-Q3", "7"), ("2023-Q4", "8")):
        rows = good_rows(quarter=quarter, regions=["drenthe"], trajectories=["wabz"])
        rows = [[*row[:7], clients] for row in rows] + [
            [ORGANISATION, quarter, *declaration("not_offered", "other")[2:]]
        ]
        templates.deliver(shared_home, rows, quarter)
    return written(shared_home)


def test_own_trajectories_and_regions_come_first(second_time: Workbook) -> None:
    assert second_time.sheetnames[:3] == [EDITION.cover.sheet, "WABZ", "IPS"]
    first = EDITION.rows.first
    assert [second_time["WABZ"][f"A{row}"].value for row in (first, first + 1)] == ["Drenthe", None]
    assert second_time["IPS"][f"A{first}"].value is None
    assert second_time[EDITION.lists]["A2"].value == "Drenthe"


def test_last_quarters_values_stand_beside_the_cells_and_cannot_be_typed_over(second_time: Workbook) -> None:
    sheet, row = second_time["WABZ"], EDITION.rows.first
    delivered = {tuple(row[3:7]) for row in good_rows(quarter="2023-Q4", trajectories=["wabz"])}
    asked = [cell for cell in EDITION.by_sheet["wabz"] if cell.key in delivered]  # some cells are of later quarters
    assert {sheet[f"{cell.previous}{row}"].value for cell in asked} == {8}
    assert {sheet[f"{cell.column}{row}"].value for cell in asked} == {None}
    assert sheet[f"{asked[0].previous}{EDITION.rows.quarter}"].value == "2023-Q4"
    assert sheet.protection.sheet
    assert {sheet[f"{cell.previous}{row}"].protection.locked for cell in asked} == {True}
    assert {sheet[f"{cell.column}{row}"].protection.locked for cell in asked} == {False}
    assert sheet[f"A{row}"].protection.locked
    assert not sheet[f"A{row + 1}"].protection.locked


def test_the_cover_says_what_was_delivered_last(second_time: Workbook) -> None:
    cover = second_time[EDITION.cover.sheet]
    said = {cover[f"B{row}"].value: cover[f"C{row}"].value for row in range(20, 26)}
    assert said["Werk als Beste Zorg (WABZ)"] == "1 regio"
    assert said["Overige trajecten"] == EDITION.words.not_offered
    assert said["Jobcoaching"] == "niet geleverd"
    assert cover[EDITION.cover.deadline].value == "30 april 2024"


def test_a_delivery_of_more_than_four_quarters_ago_is_not_last_quarter(home: Home) -> None:
    for quarter in ("2022-Q4", "2023-Q1"):
        templates.deliver(home, good_rows(quarter=quarter, trajectories=["ips"]), quarter)
        said = collect(home, ORGANISATION, QUARTER).last_quarter
        assert said == (None if quarter == "2022-Q4" else "2023-Q1")


def test_a_withdrawn_quarter_has_no_values_to_show(home: Home) -> None:
    templates.deliver(home, good_rows(quarter="2023-Q3"), "2023-Q3")
    templates.deliver(home, good_rows(quarter="2023-Q4"), "2023-Q4")
    templates.deliver(home, [[ORGANISATION, "2023-Q4", *declaration("withdrawn")[2:]]], "2023-Q4")
    assert collect(home, ORGANISATION, QUARTER).last_quarter == "2023-Q3"


def test_an_archived_file_that_is_gone_is_said_and_not_taken_for_no_delivery(home: Home) -> None:
    templates.deliver(home, good_rows(quarter="2023-Q4"), "2023-Q4")
    (home.archive / "0001.csv").unlink()
    with pytest.raises(ArchiveDamaged, match=r"0001\.csv"):
        collect(home, ORGANISATION, QUARTER)


def test_every_number_cell_takes_whole_numbers_only_and_says_so_in_dutch(second_time: Workbook) -> None:
    for trajectory, name in EDITION.sheets.items():
        sheet = second_time[name]
        numbers, regions = sheet.data_validations.dataValidation
        assert (numbers.type, numbers.operator, numbers.formula1, numbers.formula2) == (
            "whole",
            "between",
            "0",
            "1000000",
        )
        assert numbers.error.startswith("Vul een geheel getal in")
        assert regions.type == "list"
        for column in shown(sheet, trajectory):
            assert f"{column}{EDITION.rows.first}" in numbers
    answers = second_time[EDITION.cover.sheet].data_validations.dataValidation
    assert [one.formula1 for one in answers] == ['"niet aangeboden"', '"intrekken"']


def shown(sheet: Worksheet, trajectory: str) -> list[str]:
    """The columns to fill in that are in sight."""
    columns = [cell.column for cell in EDITION.by_sheet[trajectory]]
    return [column for column in columns if not sheet.column_dimensions[column].hidden]


def test_a_column_is_in_sight_only_in_the_quarters_in_which_it_is_asked_for(home: Home, second_time: Workbook) -> None:
    for quarter, workbook in (("2022-Q4", written(home, "2022-Q4")), (QUARTER, second_time)):
        contents = collect(home, ORGANISATION, quarter)
        assert [name for name in EDITION.sheets.values() if name in workbook.sheetnames] == [
            EDITION.sheets[one] for one in TRAJECTORIES if contents.is_asked(one)
        ]
        for trajectory in filter(contents.is_asked, TRAJECTORIES):
            sheet = workbook[EDITION.sheets[trajectory]]
            assert len(shown(sheet, trajectory)) == len(contents.asked(trajectory))


def test_every_cell_of_the_dictionary_has_one_column_and_every_column_one_use() -> None:
    dictionary = reference_list(Home(Path("a home that is not there")), "data_dictionary")
    keys = [(line["trajectory"], line["measure"], line["breakdown"], line["category"]) for line in dictionary]
    groups = {key: line["measure_group"] for key, line in zip(keys, dictionary, strict=True)}
    assert sorted(keys) == sorted(cell.key for cell in EDITION.cells)
    assert all(cell.measure_group == groups[cell.key] for cell in EDITION.cells)
    for cells in EDITION.by_sheet.values():
        taken = [column for cell in cells for column in cell.columns] + sorted({cell.total for cell in cells} - {""})
        taken += list(EDITION.columns.model_dump().values())
        assert len(taken) == len(set(taken))
        blocks = list(editions.blocks(cells))
        assert len({heading for heading, _ in blocks}) == len(blocks)
        assert all(len({cell.header for cell in block}) == len(block) for _, block in blocks)


def test_every_term_is_explained(shared_home: Home, second_time: Workbook) -> None:
    sheet = second_time[EDITION.explanation]
    said = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    contents = collect(shared_home, ORGANISATION, QUARTER)
    labels = {line["label_nl"] for one in TRAJECTORIES for line in contents.asked(one).values()}
    names = {one["name_nl"] for one in contents.trajectories}
    assert labels | names | set(contents.regions.values()) | set(contents.regions) <= said


def test_a_name_that_looks_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    contents = replace(templates.small_contents(), organisation_name="=cmd|' /C calc'!A0")
    writer.build(contents, EDITION).save(tmp_path / "a.xlsx")
    cell = load_workbook(tmp_path / "a.xlsx")[EDITION.cover.sheet][EDITION.cover.name]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=cmd|' /C calc'!A0", "s", True)


# Handing out -------------------------------------------------------------------------------------------


def test_an_empty_template_may_be_replaced_and_a_filled_one_may_not(home: Home) -> None:
    path = home.root / "sjabloon.xlsx"
    for _ in range(2):
        handout.hand_out(home, ORGANISATION, QUARTER, path)
    templates.small_template().save(path)
    before = path.read_bytes()
    with pytest.raises(handout.AlreadyFilledIn):
        handout.hand_out(home, ORGANISATION, QUARTER, path)
    assert path.read_bytes() == before


NOT_ASKED = [("org_999", QUARTER, "deelnemerslijst"), (ORGANISATION, "2024-Q9", "quarters"), ("org_a", QUARTER, "mee")]


@pytest.mark.parametrize(
    ("organisation", "quarter", "said"),
    [
        ("org_999", QUARTER, "deelnemerslijst"),
        (ORGANISATION, "2024-Q9", "quarters.csv"),
        ("org_a", QUARTER, "doet mee"),
    ],
)
def test_no_template_for_who_takes_no_part(home: Home, organisation: str, quarter: str, said: str) -> None:
    if organisation == "org_a":
        text = "organisation_id,name,active_from,active_to\norg_a,A,2024-Q2,\n"
        (home.reference / "organisations.csv").write_text(text, encoding="utf-8")
    with pytest.raises(NotAsked, match=said):
        collect(home, organisation, quarter)


def test_the_command_writes_the_workbook_or_says_what_is_wrong_with_the_question(home: Home) -> None:
    path = home.root / "sjabloon.xlsx"
    asked = ["template", "--quarter", QUARTER, "--output", str(path)]
    werkmonitor_here(home, *asked, "--organisation", "org_999", expect=2)
    assert not path.exists()
    werkmonitor_here(home, *asked, "--organisation", ORGANISATION)
    assert load_workbook(path, read_only=True).sheetnames[0] == EDITION.cover.sheet
    werkmonitor_here(home, *asked[:3], "--output", "F.csv", "--organisation", ORGANISATION, expect=2)


def test_a_cell_that_the_edition_has_no_column_for_is_not_left_out_in_silence() -> None:
    contents = templates.small_contents()
    extra = {**contents.dictionary[0], "category": "lottery"}
    with pytest.raises(EditionTooOld, match="lottery"):
        writer.build(replace(contents, dictionary=[*contents.dictionary, extra]), EDITION)


# What can be wrong with a filled template --------------------------------------------------------------


def test_an_unknown_edition_is_said_at_its_cell(tmp_path: Path) -> None:
    for edition in ("2031-9", "../../etc", ""):
        workbook = templates.enter(templates.small_template(), {f"Voorblad!{EDITION.cover.edition}": edition})
        assert found(landed(workbook, tmp_path)) == [("E801", "Voorblad!C8")]


def test_a_sheet_that_is_missing_is_named_unless_the_trajectory_is_not_offered(tmp_path: Path) -> None:
    workbook = templates.small_template()
    del workbook["WABZ"]
    assert found(landed(workbook, tmp_path)) == [("E802", "WABZ")]
    templates.enter(workbook, {f"Voorblad!{EDITION.cover.answers['wabz']}": "niet aangeboden"})
    assert found(landed(workbook, tmp_path)) == []
    del workbook[EDITION.lists]
    assert ("E802", EDITION.lists) in found(landed(workbook, tmp_path))


def test_the_numbers_below_a_changed_header_are_not_read(tmp_path: Path) -> None:
    workbook = templates.enter(templates.small_template(), {"IPS!F6": "Provincie"})
    file = landed(workbook, tmp_path)
    assert found(file) == [("E803", "IPS!F6")]
    assert not [row for row in file.rows if row.location.startswith("IPS!F")]
    workbook = templates.small_template()
    workbook["WABZ"].insert_cols(4)
    file = landed(workbook, tmp_path)
    assert {one.rule for one in file.findings} == {"E803"}
    assert not [row for row in file.rows if row.trajectory == "wabz"]


def test_spaces_and_line_ends_in_a_header_are_no_change(tmp_path: Path) -> None:
    workbook = templates.enter(templates.small_template(), {"IPS!R6": "aangevraagd,  nog\nniet goedgekeurd "})
    assert found(landed(workbook, tmp_path)) == []


def test_numbers_without_a_known_region_are_said_at_the_region(tmp_path: Path) -> None:
    for region in (None, "Utopia"):
        file = landed(templates.enter(templates.small_template(), {"IPS!A10": region}), tmp_path)
        assert found(file) == [("E804", "IPS!A10")]


def test_an_answer_that_cannot_be_chosen_is_a_finding(tmp_path: Path) -> None:
    answers = {f"Voorblad!{EDITION.cover.answers['wabz']}": "misschien"}
    file = landed(templates.enter(templates.small_template(), answers), tmp_path)
    assert found(file) == [("E805", f"Voorblad!{EDITION.cover.answers['wabz']}")]


def test_a_template_sent_back_empty_is_called_empty(home: Home, tmp_path: Path) -> None:
    assert found(landed(written(home), tmp_path)) == [("E806", "bestand")]


def test_a_formula_without_a_result_is_delivered_as_nothing_and_not_left_out(tmp_path: Path) -> None:
    entries: dict[str, int | str] = {"IPS!CD10": "=1/0", "IPS!CF10": "#N/A", "IPS!D10": "=5+5"}
    file = landed(templates.enter(templates.small_template(), entries), tmp_path)
    assert {row.location for row in file.rows if row.clients == ""} == set(entries)


def test_a_word_in_a_number_cell_reaches_the_gate_at_its_cell(tmp_path: Path) -> None:
    file = landed(templates.enter(templates.small_template(), {"WABZ!D10": "twaalf"}), tmp_path)
    assert [(row.location, row.clients) for row in file.rows if not row.clients.isdecimal()] == [("WABZ!D10", "twaalf")]


def test_the_reader_knows_where_the_empty_cells_of_a_region_are(tmp_path: Path) -> None:
    workbook = templates.small_template()
    for column in ("F", "CD", "CF"):
        workbook["IPS"][f"{column}10"] = None
    places = landed(workbook, tmp_path).places
    assert places["achterhoek", "ips", "clients", "funding", "municipality"] == "IPS!F10"
    assert places["achterhoek", "ips", "education"] == "IPS!CD10"
    assert places[ORGANISATION,] == "Voorblad!C4"
    assert places[QUARTER,] == "Voorblad!C6"
