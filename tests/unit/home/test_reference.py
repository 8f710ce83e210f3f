"""A home's own lists, as Excel in Dutch writes them; what cannot be read is said in Dutch, with what to do."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.home.reference import UnreadableList, completions, reference_list
from orchestration.landing.raw import raw_tables

HEADER = "organisation_id,name,active_from,active_to"
LINE = "org_001,Zoë & Zo,2023-Q1,"


def bring(home: Home, content: bytes) -> None:
    home.reference.mkdir()
    (home.reference / "organisations.csv").write_bytes(content)


def as_loaded(home: Home) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        return connection.execute("from reference.organisations").fetchall()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_read_as_any_excel_writes_it(home: Home, encoding: str, separator: str, end: str) -> None:
    bring(home, f"{HEADER}{end}{LINE}{end}".replace(",", separator).encode(encoding))
    assert [line["name"] for line in reference_list(home, "organisations")] == ["Zoë & Zo"]
    assert as_loaded(home) == [("org_001", "Zoë & Zo", "2023-Q1", None, None)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "mist de kolom organisation_id"),
        (b"name,active_from,active_to\nA,2023-Q1,\n", "mist de kolom organisation_id"),
        (b"organisation_id|name|active_from|active_to\n", "mist de kolom"),
        (b"PK\x03\x04\x00\x00 an xlsx under another name", "mist de kolom"),
        (f"{HEADER}\n{LINE}te,veel\n".encode(), "heeft op regel 2 meer kolommen dan de kopregel"),
        (f'{HEADER}\norg_001,"{"x" * 200_000}\n'.encode(), "is geen CSV"),
    ],
    ids=["leeg", "kolommen", "strepen", "xlsx", "breed", "aanhalingsteken"],
)
def test_a_list_that_cannot_be_read_is_told_in_dutch_with_its_path(home: Home, content: bytes, says: str) -> None:
    bring(home, content)
    with pytest.raises(UnreadableList, match=says) as refused:
        reference_list(home, "organisations")
    assert str(home.reference / "organisations.csv") in str(refused.value)


def test_a_list_of_nobody_is_a_list(home: Home) -> None:
    bring(home, f"{HEADER}\n".encode())
    assert as_loaded(home) == []


def test_a_column_of_the_homes_own_may_be_called_anything(home: Home) -> None:
    bring(home, f'{HEADER},"a ""b"" varchar); drop schema reference cascade; --"\n{LINE},x\n'.encode())
    assert as_loaded(home) == [("org_001", "Zoë & Zo", "2023-Q1", None, None, "x")]


def own_list(home: Home, name: str, *lines: str) -> None:
    home.reference.mkdir(exist_ok=True)
    (home.reference / f"{name}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


def without(home: Home, name: str, key: str) -> list[str]:
    """Our list less the lines that hold a key."""
    lines = home.list_of_ours(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if key not in line]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("data_dictionary", "wabz,unpaid_work"),
        ("indicators", "pct_ended_with_result"),
        ("quarters", "2024-Q2"),
        ("warning_thresholds", "W207"),
        ("signal_rules", "pct_paid_work,funding"),
    ],
)
def test_a_line_that_an_own_list_lacks_is_ours_and_that_is_said(home: Home, name: str, key: str) -> None:
    ours = reference_list(home, name)
    lines = without(home, name, key)
    own_list(home, name, *lines)
    assert sorted(map(str, reference_list(home, name))) == sorted(map(str, ours))
    (said,) = completions(home)
    assert f"reference/{name}.csv mist {len(ours) + 1 - len(lines)} regel(s)" in said
    assert key.split(",", maxsplit=1)[0] in said


def test_an_own_line_goes_before_ours(home: Home) -> None:
    own_list(home, "warning_thresholds", "rule,above_clients,above_pct", "W202,7,20")
    thresholds = {line["rule"]: line for line in reference_list(home, "warning_thresholds")}
    assert (thresholds["W202"]["above_clients"], thresholds["W203"]["above_clients"]) == ("7", "10")
    assert thresholds["W202"]["above_cells"] == "", "a column that the own list lacks"


@pytest.mark.parametrize("name", ["organisations", "regions", "trajectories"])
def test_who_is_not_on_an_own_list_is_not_added(home: Home, name: str) -> None:
    header, first, *_ = home.list_of_ours(name).read_text(encoding="utf-8").splitlines()
    own_list(home, name, header, first)
    assert len(reference_list(home, name)) == 1
    assert completions(home) == []


def test_cells_of_a_trajectory_that_the_home_has_not_are_not_added(home: Home) -> None:
    own_list(home, "trajectories", *without(home, "trajectories", "wabz"))
    own_list(home, "data_dictionary", *without(home, "data_dictionary", "wabz"))
    assert completions(home) == []
    assert "wabz" not in {line["trajectory"] for line in reference_list(home, "data_dictionary")}


def test_an_own_list_that_lacks_nothing_is_not_spoken_of(home: Home) -> None:
    own_list(home, "quarters", *without(home, "quarters", "no such line"))
    assert completions(home) == []
