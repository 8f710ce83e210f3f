"""Reading: where each row stands, what its fields are, and no exception whatever the file."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.reading import reading
from orchestration.reading.csv_reader import MOST_LINES
from orchestration.reading.tidy import Row
from tests.support import broken_files

HEADER = "organisation_id,quarter,region_code,trajectory,measure,breakdown,category,clients"
LINE = "org_001,2024-Q1,drenthe,ips,clients,funding,uwv,12"
FIELDS = tuple(LINE.split(","))


def read(path: Path, content: bytes) -> reading.ReadFile:
    path.write_bytes(content)
    return reading.read(path, path.name)


def test_a_row_is_found_at_its_line_in_the_file(tmp_path: Path) -> None:
    file = read(tmp_path / "a.csv", f"\n{HEADER}\n\n{LINE}\r\n,,,,,,,\n{LINE}".encode())
    assert file.rows == [Row("rij 4", *FIELDS), Row("rij 6", *FIELDS)]


def test_a_row_of_a_workbook_is_found_at_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = broken_files.tidy_workbook([list(FIELDS)])
    workbook.worksheets[0].title = "Mijn blad"
    workbook.save(path)
    assert reading.read(path, path.name).rows == [Row("Mijn blad!H2", *FIELDS)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("final", [True, False])
def test_every_kind_of_csv_of_the_contract_is_read(
    tmp_path: Path, encoding: str, delimiter: str, end: str, final: bool
) -> None:
    lines = [HEADER, LINE.replace("drenthe", "Drënthe €")]
    text = end.join(lines) + end * final
    file = read(tmp_path / "a.csv", text.replace(",", delimiter).encode(encoding))
    assert [row.region_code for row in file.rows] == ["Drënthe €"]
    assert file.findings == []


def test_only_blanks_around_a_field_are_taken_away(tmp_path: Path) -> None:
    (row,) = read(tmp_path / "a", f"{HEADER}\norg_001,2024-Q1, drenthe\u00a0,i ps,a,b,c, 1\t2  ".encode()).rows
    assert (row.region_code, row.trajectory, row.clients) == ("drenthe", "i ps", "1\t2")


def test_a_csv_and_a_workbook_with_the_same_table_give_the_same_rows(tmp_path: Path) -> None:
    rows = broken_files.good_rows()
    broken_files.tidy_workbook(rows).save(tmp_path / "a.xlsx")
    csv_rows = read(tmp_path / "a.csv", broken_files.tidy_csv(rows).encode()).rows
    xlsx_rows = reading.read(tmp_path / "a.xlsx", "a.xlsx").rows
    assert [row[1:] for row in csv_rows] == [row[1:] for row in xlsx_rows]


def test_a_stray_quote_costs_one_line(tmp_path: Path) -> None:
    broken = LINE.replace("ips", '"ips')
    file = read(tmp_path / "a.csv", "\n".join([HEADER, LINE, broken, LINE, broken]).encode())
    assert [row.location for row in file.rows] == ["rij 2", "rij 4"]
    assert [(one.rule, one.location) for one in file.findings] == [("E109", "rij 3"), ("E109", "rij 5")]


def test_a_file_of_20_mb_of_short_rows_is_cut_short(tmp_path: Path) -> None:
    file = read(tmp_path / "a.csv", f"{HEADER}\n".encode() + b"a,b,c,d,e,f,g,1\n" * 1_300_000)
    assert len(file.rows) == 100_000
    assert [one.rule for one in file.findings] == ["E110"]


def test_a_panic_in_a_parser_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panic(_: Path) -> None:
        raise PanicException("called `Option::unwrap()` on a `None` value")

    monkeypatch.setattr(reading, "read_csv", panic)
    assert [one.rule for one in read(tmp_path / "a.csv", LINE.encode()).findings] == ["E101"]


def test_an_interruption_is_not_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "read_csv", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read(tmp_path / "a.csv", LINE.encode())


def test_a_file_that_is_gone_is_our_problem_and_not_a_finding(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        reading.read(tmp_path / "gone.csv", "gone.csv")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", f"{HEADER}\n".encode(), b"\xef\xbb\xbf"]))
def test_no_content_at_all_makes_reading_raise(tmp_path: Path, content: bytes, start: bytes) -> None:
    file = read(tmp_path / "a", start + content)
    assert file.rows or file.findings


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 5000), st.integers(0, 255))
def test_no_damaged_byte_in_a_workbook_makes_reading_raise(tmp_path: Path, place: int, byte: int) -> None:
    whole = tmp_path / "whole.xlsx"
    if not whole.exists():
        broken_files.tidy_workbook(broken_files.good_rows()).save(whole)
    content = bytearray(whole.read_bytes())
    content[place % len(content)] = byte
    file = read(tmp_path / "damaged.xlsx", bytes(content))
    assert file.rows or file.findings


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><is><t>a</t></is></c></row>",
        "<row><c><v>1</v></c></row>" * 1_000_000,
    ],
    ids=["far_corner", "cells_without_place", "inline_text", "million_rows"],
)
def test_a_sheet_larger_than_any_delivery_is_refused_before_it_is_laid_out(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "a.xlsx"
    broken_files.with_part("xl/worksheets/sheet1.xml", SHEET.format(rows).encode())(path)
    assert [one.rule for one in reading.read(path, path.name).findings] in (["E110"], ["E108"], ["E102"])


def test_a_claimed_dimension_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    broken_files.tidy_workbook(broken_files.good_rows()).save(path)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    start, _, rest = sheet.partition(b'<dimension ref="')
    claimed = start + b'<dimension ref="A1:XFD1048576"' + rest.partition(b'"')[2]
    broken_files.with_part("xl/worksheets/sheet1.xml", claimed)(path)
    file = reading.read(path, path.name)
    assert (len(file.rows), file.findings) == (len(broken_files.good_rows()), [])


def test_what_is_too_long_is_said_by_what_there_is_too_much_of(tmp_path: Path) -> None:
    path = tmp_path / "leeg.csv"
    path.write_text(broken_files.good_delivery() + "\n" * MOST_LINES, encoding="utf-8")
    found = reading.read(path, path.name).findings
    assert [(one.rule, "1.000.000 regels" in one.message) for one in found] == [("E110", True)]
