"""The first door: every broken file is refused for the right reason, and no good one beside it."""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.findings import findings
from orchestration.home.paths import Home
from orchestration.landing.raw import raw_tables
from orchestration.quality import across_quarters
from orchestration.quality.door import incoming
from orchestration.quality.door.incoming import Judgement
from orchestration.quality.door.incoming_frames import Candidate
from orchestration.reading import reading, tidy
from orchestration.reading.tidy import ReadFile, Row
from tests.support import broken_files, templates
from tests.support.broken_files import good_rows, tidy_csv

TODAY = date(2026, 7, 1)
ELSEWHERE = {"E111", "E115", "E207", "E209", "H901", "H902", "I802"} | {"I801"} | set(across_quarters.RULES)
"""Rules that need more than a file: other lists, a sender, a crash, too much work, another day (below), a
child (test_apart), an earlier landing (test_land), earlier quarters (the dbt unit tests of int_deliveries_compared)."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, Home(tmp_path_factory.mktemp("home")))
        yield connection


@pytest.fixture(scope="module")
def judged(connection: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judgement]:
    """All broken and all borderline files, judged in one batch."""
    folder = tmp_path_factory.mktemp("files")
    samples = broken_files.broken_files() + broken_files.odd_files() + broken_files.borderline_files()
    broken_files.write_all(samples, folder)
    files = [reading.read(folder / sample.name, sample.name) for sample in samples]
    verdicts = incoming.judge(connection, [Candidate(n, TODAY, file) for n, file in enumerate(files)])
    return {sample.name: verdicts[number] for number, sample in enumerate(samples)}


@pytest.mark.parametrize("sample", broken_files.broken_files(), ids=lambda sample: sample.name)
def test_a_broken_file_is_refused_for_what_is_wrong_with_it(
    sample: broken_files.Sample, judged: dict[str, Judgement]
) -> None:
    judgement = judged[sample.name]
    assert judgement.status == "rejected"
    assert sample.rule in {one.rule for one in judgement.findings}


@pytest.mark.parametrize("sample", broken_files.odd_files(), ids=lambda sample: sample.name)
def test_an_odd_file_is_accepted_with_one_warning(sample: broken_files.Sample, judged: dict[str, Judgement]) -> None:
    judgement = judged[sample.name]
    assert judgement.status == "accepted"
    assert [one.rule for one in judgement.findings if one.level == "warning"] == [sample.rule]


@pytest.mark.parametrize("sample", broken_files.borderline_files(), ids=lambda sample: sample.name)
def test_a_file_just_inside_the_limit_is_accepted(sample: broken_files.Sample, judged: dict[str, Judgement]) -> None:
    judgement = judged[sample.name]
    assert judgement.status == "accepted"
    # one number changed often leaves its breakdowns unequal
    assert {one.rule for one in judgement.findings} - {sample.rule} == rules_of(judgement) <= {"I802", "W101", "W102"}


def rules_of(judgement: Judgement) -> set[str]:
    return {one.rule for one in judgement.findings}


def test_every_rule_is_broken_by_some_file_and_almost_broken_by_another() -> None:
    catalogue = {rule for rule in findings.rules() if rule not in ELSEWHERE}
    assert {sample.rule for sample in broken_files.broken_files() + broken_files.odd_files()} == catalogue
    almost = {sample.rule for sample in broken_files.borderline_files()}
    # what a good delivery is by itself needs no file of its own
    assert catalogue - almost <= {"E202", "E203", "E204", "E301", "E302", "E303", "E403", "E502"}


def test_one_mistake_in_one_place_is_reported_once(judged: dict[str, Judgement]) -> None:
    errors = {name: {one.rule for one in f.findings if one.level == "error"} for name, f in judged.items()}
    repeated = {name for name, rules in errors.items() if len(rules) > 1}
    assert repeated == {
        "too_many_rows.csv",
        "combination_before_its_quarters.csv",
    }


def test_every_finding_is_dutch_and_says_what_to_do(judged: dict[str, Judgement]) -> None:
    for judgement in judged.values():
        for one in judgement.findings:
            assert re.search(r"\bu\b|\buw\b|[Vv]ul ", one.message), one
            assert "{" not in one.message
            assert one.location
            assert one.expected
            assert one.message.isprintable()


def test_a_finding_stands_where_the_mistake_is(judged: dict[str, Judgement]) -> None:
    def places(name: str) -> list[str]:
        return [one.location for one in judged[name].findings if one.level != "info"]

    assert places("negative.csv") == ["rij 2"]
    assert places("fraction.xlsx") == ["Blad1!H2"]
    assert places("two_organisations.csv") == ["rij 5"]
    assert places("merged_number_cells.xlsx") == ["Blad1!H3", "Blad1!H4"]
    # in a template, what is missing has a place of its own
    assert places("template_with_a_missing_cell.xlsx") == ["IPS!F10"]
    assert places("template_of_an_unknown_organisation.xlsx") == ["Voorblad!C4"]
    assert places("types_one_less_than_fundings.csv") == ["rij 7; rij 8; rij 9"]
    assert findings.places("rij 7; rij 8; rij 9") == ["rij 7", "rij 8", "rij 9"]


def test_a_file_is_known_by_its_organisation_and_quarter_even_when_refused(
    judged: dict[str, Judgement],
) -> None:
    def owner(name: str) -> tuple[str | None, str | None]:
        return judged[name].organisation_id, judged[name].quarter

    assert owner("negative.csv") == ("org_040", "2024-Q1")
    assert owner("unknown_organisation.csv") == (None, "2024-Q1")
    assert owner("organisation_that_climbs_out_of_its_folder.csv") == (None, "2024-Q1")
    assert owner("fifth_quarter.csv") == ("org_040", None)
    assert owner("two_quarters.csv") == ("org_040", None)
    assert owner("empty_file.csv") == (None, None)
    assert owner("template_left_empty.xlsx") == ("org_040", "2024-Q1")


def judge_rows(connection: duckdb.DuckDBPyConnection, folder: Path, *files: Sequence[Sequence[str]]) -> list[Judgement]:
    candidates = []
    for number, rows in enumerate(files):
        path = folder / f"{number}.csv"
        path.write_text(tidy_csv(rows), encoding="utf-8")
        candidates.append(Candidate(number, TODAY, reading.read(path, path.name)))
    verdicts = incoming.judge(connection, candidates)
    return [verdicts[number] for number in range(len(files))]


def test_all_findings_of_a_file_are_reported(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = good_rows()
    for number, value in enumerate(["-1", "1.5", "", "x", "9999999"]):
        rows[number][7] = value
    rows[10][2] = "nergens"
    (judgement,) = judge_rows(connection, tmp_path, rows)
    errors = [one.rule for one in judgement.findings if one.level == "error"]
    assert errors == ["E301", "E401", "E402", "E403", "E404", "E405"]


def test_a_thousand_findings_are_enough(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [[*row[:7], "-1"] for row in good_rows(regions=[f"regio_{n}" for n in range(20)])]
    (judgement,) = judge_rows(connection, tmp_path, rows)
    assert len(rows) > 1000
    assert [one.rule for one in judgement.findings].count("E402") == 1001
    assert any(one.found == f"nog {len(rows) - 1000} keer" for one in judgement.findings)


def test_an_organisation_may_deliver_only_while_it_is_active(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    home.reference.mkdir()
    (home.reference / "organisations.csv").write_text(
        "organisation_id,name,active_from,active_to\norg_a,A,2023-Q2,2023-Q4\norg_b,B,,\n"
    )
    quarters = [
        ("org_a", "2023-Q1"),
        ("org_a", "2023-Q2"),
        ("org_a", "2023-Q4"),
        ("org_a", "2024-Q1"),
        ("org_b", "2023-Q1"),
    ]
    with duckdb.connect() as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        files = [good_rows(*quarter, trajectories=["ips"]) for quarter in quarters]
        judged = judge_rows(connection, tmp_path, *files)
    assert [rules_of(judgement) - {"I802"} for judgement in judged] == [{"E207"}, set(), set(), {"E207"}, set()]


def test_a_delivery_is_late_from_the_day_after_the_deadline(connection: duckdb.DuckDBPyConnection) -> None:
    file = ReadFile([tidy.row("rij 2", row) for row in good_rows(quarter="2026-Q1")])
    days = [date(2026, 4, 30), date(2026, 5, 1)]
    judged = incoming.judge(connection, [Candidate(number, day, file) for number, day in enumerate(days)])
    assert [judged[0].findings, rules_of(judged[1])] == [[], {"I802"}]
    (late,) = judged[1].findings
    assert [judged[1].status, late.location] == ["accepted", findings.WHOLE_FILE]
    assert [late.found, late.expected] == ["ontvangen op 1 mei 2026", "uiterlijk 30 april 2026"]


def test_days_are_written_as_one_says_them(judged: dict[str, Judgement]) -> None:
    (too_early,) = [one for one in judged["quarter_not_ended.csv"].findings if one.rule == "E206"]
    assert "tot en met 30 september 2026." in too_early.message
    # E404 quotes what stands in the file
    told = [one for file in judged.values() for one in file.findings if one.rule != "E404"]
    written = [f"{one.found} {one.expected} {one.message}" for one in told]
    assert [text for text in written if re.search(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b", text)] == []


def test_a_warning_is_known_by_its_codes_and_numbers_and_not_by_its_words(judged: dict[str, Judgement]) -> None:
    (one,) = [one for one in judged["types_one_less_than_fundings.csv"].findings if one.level == "warning"]
    about = (one.region_code, one.trajectory, one.measure, one.breakdown, one.category)
    assert about == ("achterhoek", "ips", "clients", "type", "")
    assert one.figures == "parts_total=35; whole_total=36"


def test_each_expectation_weighs_what_the_catalogue_says() -> None:
    severities = {"error": "critical", "warning": "warning", "info": "info"}
    expectations = [one for suite in incoming.suites().values() for one in suite] + [*across_quarters.suite().values()]
    assert all(one.severity == severities[findings.rules()[one.meta["rule"]].level] for one in expectations)
    judged_elsewhere = {rule for rule in findings.rules() if rule.startswith(("E1", "E8", "H"))} | {"I801", "W112"}
    assert {one.meta["rule"] for one in expectations} == set(findings.rules()) - judged_elsewhere


def test_no_files_is_no_judgement(connection: duckdb.DuckDBPyConnection) -> None:
    assert incoming.judge(connection, []) == {}


# Crashes -----------------------------------------------------------------------------------------------


def test_a_check_that_crashes_holds_the_files_concerned_and_no_other(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    validate = incoming.failing_places

    def crash_on_77(frame: pd.DataFrame, expectations: Sequence[Any]) -> dict[int, list[int]]:
        results = validate(frame, expectations)
        crashing = {id(one) for one in expectations if one.meta["rule"] == "E402" and "77" in set(frame["clients"])}
        return {number: places for number, places in results.items() if number not in crashing}

    monkeypatch.setattr(incoming, "failing_places", crash_on_77)
    bad = good_rows()
    bad[0][7] = "-1"
    crashing = good_rows()
    crashing[0][7] = "77"
    judged = judge_rows(connection, tmp_path, good_rows(), bad, crashing, bad, good_rows())
    assert [one.status for one in judged] == ["accepted", "rejected", "held", "rejected", "accepted"]
    assert judged[2].held_by == ["E402"]
    assert judged[1].findings == judged[3].findings != []


def test_an_expectation_that_raises_is_seen_as_a_crash_and_not_as_bad_data(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suites = incoming.suites()
    # a number's check on a text: Great Expectations says success=False, and the reason only in exception_info
    suites["door_cells"].append(incoming._at_most("E405", "region_code", 5))
    monkeypatch.setattr(incoming, "suites", lambda: suites)
    withdrawn = [broken_files.declaration("withdrawn")]
    judged = judge_rows(connection, tmp_path, good_rows(), withdrawn)
    assert [(one.status, one.held_by) for one in judged] == [("held", ["E405"]), ("accepted", [])]


def test_a_table_that_cannot_be_derived_holds_only_the_file_it_fails_on(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = incoming.incoming_frames.build

    def fail_on_file_1(connection: duckdb.DuckDBPyConnection, candidates: Sequence[Candidate]) -> None:
        if any(one.receipt == 1 for one in candidates):
            raise duckdb.ConversionException("no")
        build(connection, candidates)

    monkeypatch.setattr(incoming.incoming_frames, "build", fail_on_file_1)
    judged = judge_rows(connection, tmp_path, *[good_rows()] * 4)
    assert [one.status for one in judged] == ["accepted", "held", "accepted", "accepted"]


# Too much work -----------------------------------------------------------------------------------------


def test_a_file_that_takes_too_much_to_judge_is_refused_and_no_other(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = incoming.incoming_frames.build

    def never_end_on_file_1(connection: duckdb.DuckDBPyConnection, candidates: Sequence[Candidate]) -> None:
        build(connection, candidates)
        if any(one.receipt == 1 for one in candidates):
            connection.execute("select count(*) from range(1000000000) a, range(1000000000) b where a.range > b.range")

    monkeypatch.setattr(incoming.effort, "SECONDS", 2.0)
    monkeypatch.setattr(incoming.incoming_frames, "build", never_end_on_file_1)
    judged = judge_rows(connection, tmp_path, *[good_rows()] * 4)
    assert [one.status for one in judged] == ["accepted", "rejected", "accepted", "accepted"]
    (found,) = judged[1].findings
    assert (found.rule, "2 seconden rekentijd" in found.message) == ("E115", True)


def test_the_heaviest_files_that_can_be_read_are_judged_in_time(connection: duckdb.DuckDBPyConnection) -> None:
    # 100 000 rows that have nothing in common; and rows missing beside a thousand lines of many words that are none
    strangers = ReadFile([Row(f"rij {n}", f"o{n}", f"q{n}", *[f"x{n}"] * 6) for n in range(tidy.MOST_ROWS)])
    dictionary = "(select trajectory, measure, breakdown, category from reference.data_dictionary)"
    cells = connection.sql(f"select region_code, d.* from reference.regions cross join {dictionary} d").fetchall()
    rows = [Row(f"rij {n}", "org_001", "2025-Q1", *cell, "1") for n, cell in enumerate(cells) if n % 2]
    words = [(n, (*cells[n % len(cells)], *map(str, range(450)))) for n in range(0, 2 * tidy.MOST_UNREAD, 2)]
    wordy = ReadFile(rows, unread=words)
    incoming.judge(connection, [Candidate(0, TODAY, ReadFile(rows))])  # what has to be started, is
    for file in (strangers, wordy):
        before = time.process_time()
        (judged,) = incoming.judge(connection, [Candidate(1, TODAY, file)]).values()
        assert judged.status == "rejected"
        assert time.process_time() - before < incoming.effort.SECONDS
        assert "E115" not in {one.rule for one in judged.findings}


# Mutations ---------------------------------------------------------------------------------------------


def triggers(rule: str) -> list[ReadFile]:
    """Every file that sets off a rule, the ones that need another list, another day or a cover included."""
    samples = broken_files.WRONG_ROWS + broken_files.ODD_ROWS
    changed = [change(good_rows()) for _, code, change in samples if code == rule]
    elsewhere = {"E207": ["org_001", "org_002"], "E208": ["org_003"], "E209": ["org_003"], "I802": ["org_003"]}
    elsewhere |= {"W113": ["org_003"]}
    files = changed + [good_rows(one, "2023-Q4", trajectories=["ips"]) for one in elsewhere.get(rule, [])]
    name = {"E208": "Voorbeeldorganisatie 004", "W113": "Stichting van Vroeger"}.get(rule, "")
    rows_of = [[tidy.row(f"rij {number}", row) for number, row in enumerate(rows, 2)] for rows in files]
    return [ReadFile(rows, name=name) for rows in rows_of]


def sent(rule: str, file: ReadFile, number: int) -> Candidate:
    return Candidate(number, TODAY, file, "org_004" if rule == "E209" else "")


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The reference lists, in which org_001 starts after 2023-Q4 and org_002 has stopped before."""
    with duckdb.connect() as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, Home(tmp_path_factory.mktemp("home")))
        starts, stops = "active_from = '2024-Q1' where name like '%001'", "active_to = '2023-Q3' where name like '%002'"
        for change in (starts, stops):
            connection.execute(f"update reference.organisations set {change}")
        yield connection


CHECKS = [
    (table, one.meta["rule"], number) for table, suite in incoming.suites().items() for number, one in enumerate(suite)
]


def test_each_rule_has_files_that_set_it_off(lists: duckdb.DuckDBPyConnection) -> None:
    files = [(rule, file) for rule in dict.fromkeys(rule for _, rule, _ in CHECKS) for file in triggers(rule)]
    judged = incoming.judge(lists, [sent(rule, file, number) for number, (rule, file) in enumerate(files)])
    assert [rule for number, (rule, _) in enumerate(files) if rule not in rules_of(judged[number])] == []
    assert {rule for rule, _ in files} == {rule for _, rule, _ in CHECKS}


@pytest.mark.parametrize(("table", "rule", "number"), CHECKS)
def test_no_check_can_be_dropped_unnoticed(
    table: str, rule: str, number: int, lists: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    suites = {
        name: [one for place, one in enumerate(suite) if one.meta["rule"] == rule and (name, place) != (table, number)]
        for name, suite in incoming.suites().items()
    }
    monkeypatch.setattr(incoming, "suites", lambda: {name: suite for name, suite in suites.items() if suite})
    judged = incoming.judge(lists, [sent(rule, file, number) for number, file in enumerate(triggers(rule))])
    # with it, each of them is found: the test above
    assert any(rule not in rules_of(judgement) for judgement in judged.values())


# All findings, and who hears of them ---------------------------------------------------------------------


def of_text(connection: duckdb.DuckDBPyConnection, folder: Path, lines: Sequence[str]) -> list[tuple[str, str]]:
    """Rule and place of every error of these lines below the header."""
    path = folder / "file.csv"
    path.write_text("\n".join([broken_files.HEADER, *lines, ""]), encoding="utf-8")
    (judged,) = incoming.judge(connection, [Candidate(0, TODAY, reading.read(path, path.name))]).values()
    return [(one.rule, one.location) for one in judged.findings if one.level == "error"]


ROW = 20  # in which the mistake is; the cell of an earlier row is missing
WITH_ANOTHER_MISTAKE = {
    "a field too many": lambda line: [f"{line},1"],
    "a field too few": lambda line: [line.rpartition(",")[0]],
    "a line cut in two": lambda line: [line[:40], line[40:]],
    "a stray quote": lambda line: [line.replace("ips", '"ips')],
    "another quarter": lambda line: [line.replace("2024-Q1", "2023-Q4")],
    "a quarter written otherwise": lambda line: [line.replace("2024-Q1", "Q1 2024")],
    "another organisation": lambda line: [line.replace("org_040", "org_039")],
}


@pytest.mark.parametrize("mistake", WITH_ANOTHER_MISTAKE)
def test_a_mistake_in_one_row_silences_no_missing_cell_and_adds_none(
    mistake: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = broken_files.LINES
    spoilt = [*lines[:ROW], *WITH_ANOTHER_MISTAKE[mistake](lines[ROW]), *lines[ROW + 1 :]]
    whole = of_text(connection, tmp_path, spoilt)
    assert whole
    assert "E502" not in {rule for rule, _ in whole}
    found = of_text(connection, tmp_path, [line for number, line in enumerate(spoilt) if number != 3])
    assert [rule for rule, _ in found].count("E502") == 1
    assert {rule for rule, _ in found} == {rule for rule, _ in whole} | {"E502"}


def test_a_column_that_was_not_read_silences_no_other_missing_cell(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    workbook = templates.small_template()
    templates.enter(workbook, {"IPS!F6": "Provincie", "IPS!H10": None})
    workbook.save(tmp_path / "a.xlsx")
    file = reading.read(tmp_path / "a.xlsx", "a.xlsx")
    (judged,) = incoming.judge(connection, [Candidate(0, TODAY, file)]).values()
    found = [(one.rule, one.location) for one in judged.findings if one.level == "error"]
    assert found == [("E502", "IPS!H10"), ("E803", "IPS!F6")]


def test_nobody_hears_of_numbers_that_may_be_another_ones(
    judged: dict[str, Judgement], connection: duckdb.DuckDBPyConnection
) -> None:
    of_another = judged["template_under_the_code_of_another.xlsx"]
    assert (of_another.organisation_id, of_another.quarter) == (None, "2024-Q1")
    file = ReadFile([tidy.row(f"rij {number}", row) for number, row in enumerate(good_rows(), 2)])
    (sent_by_another,) = incoming.judge(connection, [Candidate(0, TODAY, file, "org_001")]).values()
    assert (sent_by_another.status, sent_by_another.organisation_id) == ("rejected", "org_001")
