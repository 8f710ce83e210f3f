"""Feedback: everything found is said where it was found, and what comes back repaired is accepted."""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell

from orchestration.feedback import collecting, marked_copy, page, writing
from orchestration.feedback.remarks import Remark, Told
from orchestration.findings.findings import PER_RULE
from orchestration.home.paths import Home
from orchestration.landing.land import land
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Judged
from orchestration.reading import apart, as_sent, reading, tidy
from orchestration.reading.form import editions
from orchestration.reading.form.editions import Edition
from orchestration.template import writer
from tests.support import broken_files, broken_templates, templates
from tests.support.broken_files import NOW, good_rows, tidy_csv

MOST_SECONDS = 20  # of processor time, for the feedback on one file
FIRST = editions.newest().rows.first
INJECTIONS = ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-2+3", '=HYPERLINK("http://example.org")']
WRONG_IN_TEMPLATE: dict[str, int | str | None] = {
    f"IPS!D{FIRST}": "twaalf",
    f"IPS!F{FIRST}": -3,
    f"IPS!H{FIRST}": None,
    f"WABZ!A{FIRST}": "Utopia",
    f"WABZ!D{FIRST}": INJECTIONS[0],
}


NO_COPY = ("edition.xlsx", "workbook.xlsx", "outside.xlsx", "without_a_cover.xlsx", "sheet_twice.xlsx")
"""Templates of which not every number can be handed back where it belongs."""


def wrong_csv() -> list[list[str]]:
    rows = good_rows("org_001")
    rows[0][7], rows[3][7], rows[5][2], rows[6][7] = "-1", "1,5", "<b>Achterhoek</b>", "007"
    for row, injection in zip(rows[10:], INJECTIONS, strict=False):
        row[4] = injection
    return rows


@pytest.fixture(scope="module")
def told_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which good, bad and hostile files landed, with the feedback on them."""
    home = templates.with_few_regions(Home(tmp_path_factory.mktemp("told")).create())
    workbook = templates.enter(templates.small_template(), WRONG_IN_TEMPLATE)
    workbook.save(home.inbox / "Levering <i>Q1.xlsx")
    (home.inbox / "cijfers.csv").write_text("\n" + tidy_csv(wrong_csv()), encoding="utf-8")
    (home.inbox / "goed.csv").write_text(tidy_csv(good_rows("org_002")), encoding="utf-8")
    (home.inbox / "omhoog.csv").write_text(tidy_csv(good_rows("../../../tmp/evil")), encoding="utf-8")
    broken_files.with_part("xl/sharedStrings.xml", broken_files.ENTITY_BOMB)(home.inbox / "bom.xlsx")
    land(home, NOW)
    writing.write(home)
    return home


@pytest.fixture
def home(told_home: Home, tmp_path: Path) -> Home:
    """A copy of it, to go on with."""
    shutil.copytree(told_home.root, tmp_path / "home")
    return Home(tmp_path / "home")


def only(home: Home, pattern: str) -> Path:
    (path,) = home.feedback.glob(pattern)
    return path


def of(home: Home, organisation_id: str | None) -> Told:
    (told,) = (one for one in collecting.collect(home) if one.organisation_id == organisation_id)
    return told


def cells(workbook: Workbook) -> Iterator[Cell]:
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if isinstance(cell, Cell) and cell.value is not None)


def coloured(workbook: Workbook) -> set[str]:
    return {
        f"{cell.parent.title}!{cell.coordinate}" for sheet in workbook for row in sheet for cell in row if cell.comment
    }


def told_of(path: Path, home: Home, *remarks: Remark, status: str = "rejected") -> Told:
    """A file put in the archive with these remarks on it."""
    name = f"{path.name}"
    if path != home.archive / name:
        shutil.copy(path, home.archive / name)
    return Told(1, status, "org_040", "2024-Q1", path.name, NOW, name, remarks)


def remark(level: str = "error", location: str = "rij 2", **facts: str) -> Remark:
    return Remark("E402", level, location, "-1", "0 of meer", "Vult u het goede aantal in.", **facts)


# What is written, and where ----------------------------------------------------------------------------


def test_feedback_is_written_only_for_what_has_findings_and_below_its_own_organisation(told_home: Home) -> None:
    there = {str(path.relative_to(told_home.feedback)) for path in told_home.feedback.rglob("*") if path.is_file()}
    assert {re.sub(r"_[0-9]+\.", "_n.", name) for name in there} == {
        "org_001/2024-Q1_afgekeurd_n.html",
        "org_001/2024-Q1_afgekeurd_n.xlsx",
        "org_040/2024-Q1_afgekeurd_n.html",
        "org_040/2024-Q1_afgekeurd_n.xlsx",
        "_onbekend/2024-Q1_afgekeurd_n.html",
        "_onbekend/2024-Q1_afgekeurd_n.xlsx",
        "_onbekend/onbekend_afgekeurd_n.html",
    }


@pytest.mark.parametrize("owner", ["../../evil", "/etc", "a/b", "..", "", "org_1\n", "x" * 300, "-rf", None])
def test_no_name_leads_out_of_the_folder(home: Home, owner: str | None) -> None:
    told = replace(of(home, "org_001"), organisation_id=owner, quarter="../../2024-Q1")
    assert writing.place(home, told) == home.feedback / "_onbekend" / f"onbekend_afgekeurd_{told.receipt}.html"


def test_writing_again_changes_nothing(home: Home) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.feedback.rglob("*.*")}
    writing.write(home)
    assert {path: path.stat().st_mtime_ns for path in home.feedback.rglob("*.*")} == before


def test_feedback_is_taken_away_when_it_was_followed_up_and_what_others_put_there_stays(home: Home) -> None:
    note = home.feedback / "org_001" / "notitie.txt"
    note.write_text("gebeld")
    for organisation in ("org_001", "org_040"):
        (home.inbox / f"{organisation}.csv").write_text(tidy_csv(good_rows(organisation)), encoding="utf-8")
    land(home, NOW)
    writing.write(home)
    assert [path.name for path in home.feedback.glob("*/*") if "onbekend" not in str(path)] == [note.name]
    assert not (home.feedback / "org_040").exists()


def test_only_the_last_of_several_refused_attempts_has_feedback(home: Home) -> None:
    ledger = receipts.read(home.receipts)
    number = max(ledger.received) + 1
    last = of(home, "org_001").receipt
    again = [replace(ledger.received[last], receipt=number), replace(ledger.judged[last], receipt=number)]
    receipts.append(home.receipts, again)
    writing.write(home)
    assert only(home, "org_001/*.html").stem.endswith(f"_{number}")


def test_a_crash_costs_one_delivery_its_copy_and_the_others_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = marked_copy.make

    def crash_on_one(home: Home, told: Told) -> Workbook | None:
        if told.organisation_id == "org_001":
            raise ZeroDivisionError
        return make(home, told)

    monkeypatch.setattr(marked_copy, "make", crash_on_one)
    shutil.rmtree(home.feedback)
    assert writing.write(home) == 4
    assert not list(home.feedback.glob("org_001/*.xlsx"))
    assert "geen kopie" in only(home, "org_001/*.html").read_text(encoding="utf-8")
    assert only(home, "org_040/*.xlsx")


# The marked copy ---------------------------------------------------------------------------------------


def test_a_template_comes_back_as_a_template_with_every_place_coloured_and_explained(told_home: Home) -> None:
    workbook = load_workbook(only(told_home, "org_040/*.xlsx"))
    found = {one.location for one in of(told_home, "org_040").remarks if one.level == "error"}
    assert (
        found == coloured(workbook) == {location for location in WRONG_IN_TEMPLATE if not location.startswith("WABZ!D")}
    )
    assert "twaalf is geen getal" in workbook["IPS"][f"D{FIRST}"].comment.text
    assert not workbook["WABZ"][f"A{FIRST}"].protection.locked
    assert workbook.active and workbook.active.title == "Bevindingen"


@pytest.mark.parametrize("organisation", ["org_001", "org_040"])
def test_the_copy_repaired_can_be_sent_straight_back(home: Home, organisation: str) -> None:
    path = only(home, f"{organisation}/*.xlsx")
    workbook = load_workbook(path)
    if organisation == "org_040":
        repair: dict[str, int | str] = {location: 12 for location in WRONG_IN_TEMPLATE}
        templates.enter(workbook, repair | {f"WABZ!A{FIRST}": "Achterhoek"})
    else:
        for row, line in enumerate(good_rows("org_001"), 2):
            for column, text in enumerate(line, 1):
                workbook["Levering"].cell(row, column).value = text
    workbook.save(home.inbox / path.name)
    (outcome,) = land(home, NOW).outcomes
    assert (outcome.status, outcome.organisation_id, outcome.quarter) == ("accepted", organisation, "2024-Q1")


@pytest.mark.parametrize("organisation", ["org_001", "org_040"])
def test_the_copy_unrepaired_holds_what_was_sent(told_home: Home, organisation: str) -> None:
    def rows(path: Path) -> set[tuple[str, ...]]:
        return {row[1:] for row in reading.read(path, path.name).rows}

    sent = rows(told_home.archive / of(told_home, organisation).archived_as)
    assert len(sent) > 90
    assert sent == rows(only(told_home, f"{organisation}/*.xlsx"))


def test_a_csv_comes_back_as_a_workbook_with_the_same_lines(told_home: Home) -> None:
    sheet = load_workbook(only(told_home, "org_001/*.xlsx"))["Levering"]
    lines = [[str(value) for value in row] for row in sheet.iter_rows(min_row=2, max_col=8, values_only=True)]
    assert lines == wrong_csv()
    assert sheet["H8"].value == "007"
    # the file began with a blank line: its "rij 3" is the second row of the copy
    assert "negatief" in sheet["H2"].comment.text
    assert "regio" in sheet["C7"].comment.text.lower()


def test_what_is_missing_from_a_csv_has_rows_below_to_fill_in(home: Home) -> None:
    rows = good_rows("org_003")
    missing = [rows.pop(40), rows.pop(3)]
    (home.inbox / "incompleet.csv").write_text("\n" + tidy_csv(rows), encoding="utf-8")
    land(home, NOW)
    told = of(home, "org_003")
    workbook = marked_copy.make(home, told)
    assert workbook
    sheet, last = workbook["Levering"], len(rows) + 1
    below = {tuple(row) for row in sheet.iter_rows(min_row=last + 1, max_col=8, values_only=True)}
    assert below == {(*row[:7], None) for row in missing}
    assert coloured(workbook) == {f"Levering!H{last + 1}", f"Levering!H{last + 2}"}
    places = {sheet.value for (sheet,) in workbook["Bevindingen"].iter_rows(5, 6, 2, 2)}
    assert places == {"onderaan toegevoegd"}
    for number in (last + 1, last + 2):
        sheet.cell(number, 8).value = 0
    workbook.save(home.inbox / "aangevuld.xlsx")
    (outcome,) = land(home, NOW).outcomes
    assert (outcome.status, outcome.organisation_id) == ("accepted", "org_003")


def test_every_finding_stands_on_the_findings_sheet_with_a_link_to_its_place(told_home: Home) -> None:
    for organisation in ("org_001", "org_040"):
        sheet = load_workbook(only(told_home, f"{organisation}/*.xlsx"))["Bevindingen"]
        rows = list(sheet.iter_rows(min_row=5, max_col=6, values_only=True))
        remarks = of(told_home, organisation).remarks
        assert sorted((row[5], row[2], row[3], row[4]) for row in rows) == sorted(
            (one.rule, one.found, one.expected, one.message) for one in remarks
        )
        links = [sheet.cell(number, 2).hyperlink for number, row in enumerate(rows, 5) if row[1] != "hele bestand"]
        assert all(link and link.location and not link.target for link in links)


def test_nothing_of_a_sender_becomes_a_formula(told_home: Home) -> None:
    for path in told_home.feedback.rglob("*.xlsx"):
        for cell in cells(load_workbook(path)):
            text = str(cell.value)
            if cell.data_type == "f":
                assert re.match(r"=(IF|COUNTA|SUM)\(", text) and "cmd" not in text, (path, cell.coordinate)
            elif text.startswith(("=", "+", "-", "@")) and not isinstance(cell.value, int):
                assert (cell.data_type, cell.quotePrefix) == ("s", True), (path, cell.coordinate)


def test_no_copy_refers_to_anything_outside(told_home: Home) -> None:
    for path in told_home.feedback.rglob("*.xlsx"):
        assert "E807" not in {one.rule for one in reading.read(path, path.name).findings}


def test_what_was_sent_is_read_without_a_crash_whatever_it_was(tmp_path: Path) -> None:
    too_large = {"E103", "E104", "E110"}
    samples = [one for one in (*broken_files.WRONG_FILES, *broken_templates.WRONG) if one[1] not in too_large]
    for name, _, write in samples:
        write(tmp_path / name)
        sent = as_sent.read(tmp_path / name)
        readable = bool(reading.read(tmp_path / name, name).rows)
        assert sent is not None or not readable or name.endswith(NO_COPY), name
        if name.startswith("template") and not name.endswith(NO_COPY):
            assert isinstance(sent, as_sent.Template), name


def test_a_template_of_an_unknown_owner_gets_a_copy_all_the_same(home: Home) -> None:
    for cover in ({"Voorblad!C4": "org_999"}, {"Voorblad!C6": "2099-Q9"}):
        path = home.archive / "a.xlsx"
        templates.enter(templates.small_template(), cover).save(path)
        (location,) = cover
        copy = marked_copy.make(home, told_of(path, home, remark(location=location)))
        assert copy is not None
        assert coloured(copy) == {location}
        assert not copy["Voorblad"][location.partition("!")[2]].protection.locked


@pytest.fixture
def cell_added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Edition:
    """The edition from before a cell was added: handed out then, while the newest has it."""
    folder = tmp_path / "editions"
    shutil.copytree(editions.FOLDER, folder)
    shutil.copytree(Path(templates.__file__).with_name("editions") / "2025-1", folder / "2025-1")
    cells = folder / "2025-1" / "cells.csv"
    lines = cells.read_text(encoding="utf-8").splitlines()
    new = [line for line in lines if not (line.startswith("ips,") and ",clients,stage,approved," in line)]
    assert len(new) == len(lines) - 1
    cells.write_text("\n".join([*new, ""]), encoding="utf-8")
    monkeypatch.setattr(editions, "FOLDER", folder)
    # a process of its own would not know this folder
    monkeypatch.setattr(apart, "read", reading.read)
    monkeypatch.setattr(apart, "as_sent", as_sent.read)
    return editions.load("2025-1")


def test_a_workbook_from_before_a_cell_was_added_comes_back_with_a_place_for_it(
    home: Home, cell_added: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = templates.small_contents()
    asked_then = [
        line for line in contents.dictionary if line["category"] != "approved" or line["measure"] != "clients"
    ]
    workbook = writer.build(replace(contents, dictionary=asked_then), cell_added)
    rows = [row for row in good_rows() if row[3:7] != ["ips", "clients", "stage", "approved"]]
    templates.enter(workbook, templates.places(workbook, cell_added, rows)).save(home.inbox / "toen.xlsx")
    (outcome,) = land(home, NOW).outcomes
    (missing,) = [one for one in outcome.findings if one.level == "error"]
    assert (missing.rule, missing.location) == ("E502", "Traject IPS!B12; Traject IPS!B13")
    assert "nog geen kolom" in missing.message
    writing.write(home)
    path = only(home, f"org_040/*_{outcome.receipt}.xlsx")
    copy = load_workbook(path)
    assert sorted(tuple(row[1:]) for row in reading.read(path, path.name).rows) == sorted(map(tuple, rows))
    (column,) = [one.column for one in editions.newest().cells if one.key == ("ips", "clients", "stage", "approved")]
    assert coloured(copy) == {f"IPS!{column}{FIRST}", f"IPS!{column}{FIRST + 1}"}
    templates.enter(copy, dict.fromkeys(coloured(copy), 1)).save(home.inbox / path.name)
    (outcome,) = land(home, NOW).outcomes
    assert outcome.status == "accepted"


def test_a_sheet_that_was_removed_is_asked_for_and_not_taken_for_none(home: Home) -> None:
    workbook = templates.small_template()
    del workbook["WABZ"]
    for file in ("zonder.xlsx", None):
        path = home.inbox / file if file else only(home, "org_040/*.xlsx")
        if file:
            workbook.save(path)
        else:
            shutil.copy(path, home.inbox / "terug.xlsx")
        (outcome,) = land(home, NOW).outcomes
        writing.write(home)
        assert [(one.rule, outcome.status) for one in outcome.findings] == [("E802" if file else "E805", "rejected")]
    copy = load_workbook(only(home, "org_040/*.xlsx"))
    cover = editions.newest().cover
    assert copy[cover.sheet][cover.answers["wabz"]].value == marked_copy.QUESTION


def test_the_feedback_with_most_to_say_is_made_in_time(home: Home) -> None:
    # a table as long and as wide as one that is handed back, and a thousand findings on each of eight rules
    width = as_sent.MOST_COLUMNS
    lines = [tidy.COLUMNS, *([f"{row}-{column}" * 4 for column in range(width)] for row in range(2, as_sent.MOST_ROWS))]
    path = home.root / "breed.csv"
    path.write_text("\n".join(map(";".join, lines)), encoding="utf-8")
    remarks = [replace(remark(location=f"rij {nth}"), rule=f"E20{nth % 8}") for nth in range(2, 8 * PER_RULE)]
    told = told_of(path, home, *remarks)
    before = time.process_time()
    workbook = marked_copy.make(home, told)
    assert workbook is not None
    workbook.save(home.root / "kopie.xlsx")
    assert page.render(told, "Naam", "kopie.xlsx")
    assert time.process_time() - before < MOST_SECONDS


def test_places_that_do_not_exist_are_listed_and_not_coloured(home: Home) -> None:
    path = home.archive / "a.csv"
    path.write_text(tidy_csv(good_rows()), encoding="utf-8")
    locations = ["rij 0", "rij 9999999", "bestand", "Blad!H2!H2", "../../x!A1", "'=1'!ZZZ1"]
    copy = marked_copy.make(home, told_of(path, home, *(remark(location=one) for one in locations)))
    assert copy is not None
    assert copy["Bevindingen"].max_row == 4 + len(locations)


def test_a_warning_about_several_cells_colours_them_all_and_a_closed_one_is_green(home: Home) -> None:
    path = home.archive / "a.xlsx"
    templates.small_template().save(path)
    several = remark("warning", f"IPS!D{FIRST}; IPS!F{FIRST}")
    closed = remark("warning", f"IPS!H{FIRST}", reason="kleine regio", closed_by="Data Manager")
    copy = marked_copy.make(home, told_of(path, home, several, closed, status="accepted"))
    assert copy is not None
    assert coloured(copy) == {f"IPS!{column}{FIRST}" for column in "DFH"}
    assert copy["IPS"][f"H{FIRST}"].fill.start_color.rgb == f"FF{marked_copy.CLOSED}"
    assert copy["Bevindingen"]["G6"].value == "kleine regio (Data Manager)"


# The page ----------------------------------------------------------------------------------------------


def test_the_page_says_every_finding_and_escapes_what_came_out_of_a_file(told_home: Home) -> None:
    import html

    for organisation in ("org_001", "org_040"):
        text = only(told_home, f"{organisation}/*.html").read_text(encoding="utf-8")
        for one in of(told_home, organisation).remarks:
            for words in (one.found, one.expected, one.message, one.where):
                assert words in html.unescape(text)
        assert "<i>" not in text
        assert "<b>Achterhoek" not in text
        assert "afgekeurd" in text
        assert "<script" not in text
        assert not re.search(r"(src|href|url)\s*[=(]", text)
    assert "Levering &lt;i&gt;Q1.xlsx" in text


def test_the_page_of_an_accepted_delivery_asks_only_what_is_still_open(home: Home) -> None:
    path = home.archive / "a.csv"
    path.write_text(tidy_csv(good_rows()), encoding="utf-8")
    asked = remark("warning", finding_id="abc123")
    closed = replace(asked, finding_id="def456", reason="klopt", closed_by="DM")
    text = page.render(told_of(path, home, asked, closed, status="accepted"), "Organisatie", "kopie.xlsx")
    assert "aangenomen" in text and "één punt" in text and "kenmerk abc123" in text and "door DM: klopt" in text
    text = page.render(told_of(path, home, closed, status="accepted"), "Organisatie", "kopie.xlsx")
    assert "U hoeft niets meer te doen" in text and "Wat u kunt doen" not in text


def test_the_page_says_which_delivery_stays_in_force(home: Home) -> None:
    told = of(home, "org_001")
    assert "nu geen cijfers van u" in page.render(told, "Organisatie", None)
    told = replace(told, standing=NOW)
    assert "De levering die wij op 1 juli 2026 om 11:00 ontvingen" in page.render(told, "Organisatie", None)


# Where findings come from ------------------------------------------------------------------------------


def test_the_published_findings_add_what_other_quarters_show_and_who_closed_what(home: Home) -> None:
    accepted = next(one for one in receipts.read(home.receipts).judged.values() if one.organisation_id == "org_002")
    assert isinstance(accepted, Judged)
    columns = "receipt, rule, level, location, found, expected, message, finding_id, reason, acknowledged_by"
    with duckdb.connect(str(home.published)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"""create table marts.findings as
            select * from (values
                ({accepted.receipt}, 'W203', 'warning', 'rij 2; rij 3', '40', '20', 'Klopt dit?', 'f1', null, null),
                ({accepted.receipt}, 'W202', 'warning', 'bestand', '9', '5', 'En dit?', 'f2', 'verhuisd', 'DM')
            ) as t({columns})"""
        )
    writing.write(home)
    text = only(home, "org_002/2024-Q1_aangenomen_*.html").read_text(encoding="utf-8")
    assert "kenmerk f1" in text and "door DM: verhuisd" in text
    assert coloured(load_workbook(only(home, "org_002/*.xlsx"))) == {"Levering!H2", "Levering!H3"}
    assert only(home, "org_001/*.html")
