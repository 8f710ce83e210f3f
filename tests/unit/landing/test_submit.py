"""Submitting: what is checked is what is placed, and nothing in the inbox is ever overwritten."""

import os
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.landing import submit
from orchestration.landing.land import land
from orchestration.landing.submit import Checked
from orchestration.ledger import archive
from tests.support.broken_files import NOW, good_delivery
from tests.support.commands import werkmonitor_here


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def make(folder: Path, name: str, text: str, modified: int = 10**18) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(modified, modified))
    return path


def statuses(checked: list[Checked]) -> list[tuple[str, str]]:
    return [(one.file_name, one.status) for one in checked]


def test_checking_places_nothing(home: Home, tmp_path: Path) -> None:
    good, bad = make(tmp_path, "good.csv", good_delivery()), make(tmp_path, "bad.csv", "x")
    assert statuses(submit.check([good, bad], home, NOW)) == [("bad.csv", "rejected"), ("good.csv", "accepted")]
    assert list(home.inbox.iterdir()) == []


def test_only_good_files_are_placed(home: Home, tmp_path: Path) -> None:
    good, bad = make(tmp_path, "good.csv", good_delivery()), make(tmp_path, "bad.csv", "x")
    checked = submit.submit([bad, good], home, NOW)
    assert [one.placed_as for one in checked] == [None, home.inbox / "good.csv"]
    assert [path.name for path in home.inbox.iterdir()] == ["good.csv"]
    assert (home.inbox / "good.csv").read_bytes() == good.read_bytes()


def test_a_file_in_the_inbox_is_never_overwritten(home: Home, tmp_path: Path) -> None:
    path = make(tmp_path, "a.csv", good_delivery())
    for _ in range(3):
        submit.submit([path], home, NOW)
    assert sorted(path.name for path in home.inbox.iterdir()) == ["a-2.csv", "a-3.csv", "a.csv"]


def test_files_land_in_the_order_in_which_they_were_made_and_submitted(home: Home, tmp_path: Path) -> None:
    new = make(tmp_path, "a_new.csv", good_delivery("org_001"), 2000)
    old = make(tmp_path, "z_old.csv", good_delivery("org_002"), 1000)
    submit.submit([new, old], home, NOW)
    earlier = make(tmp_path, "0_last.csv", good_delivery("org_003"), 500)
    submit.submit([earlier], home, NOW - timedelta(days=1))
    assert [path.name for path in archive.inbox_files(home)] == ["z_old.csv", "a_new.csv", "0_last.csv"]


def test_a_hidden_name_is_placed_under_a_name_that_a_run_sees(home: Home, tmp_path: Path) -> None:
    submit.submit([make(tmp_path, "~$a.csv", good_delivery())], home, NOW)
    assert [path.name for path in archive.inbox_files(home)] == ["a.csv"]


def test_what_cannot_be_opened_is_refused_with_a_reason(home: Home, tmp_path: Path) -> None:
    checked = submit.submit([tmp_path / "gone.csv", tmp_path], home, NOW)
    assert [one.status for one in checked] == ["rejected", "rejected"]
    assert {finding.rule for one in checked for finding in one.findings} == {"E101"}


def test_two_gigabytes_are_refused_without_being_copied(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    (checked,) = submit.submit([path], home, NOW)
    assert [one.rule for one in checked.findings] == ["E103"]
    assert list(home.inbox.iterdir()) == []


def test_the_same_argument_twice_is_placed_once(home: Home, tmp_path: Path) -> None:
    path = make(tmp_path, "a.csv", good_delivery())
    submit.submit([path, path], home, NOW)
    assert len(list(home.inbox.iterdir())) == 1


def test_it_works_while_a_run_holds_the_warehouse(home: Home, tmp_path: Path) -> None:
    path = make(tmp_path, "a.csv", good_delivery())
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create table held (i int)")
        assert statuses(submit.submit([path], home, NOW)) == [("a.csv", "accepted")]


def rules(checked: Checked) -> set[str]:
    return {one.rule for one in checked.findings}


def test_a_file_is_held_against_what_was_sent_before_and_says_so(home: Home, tmp_path: Path) -> None:
    make(home.inbox, "before.csv", good_delivery(quarter="2024-Q1"))
    land(home, NOW)
    again = make(tmp_path, "again.csv", good_delivery(quarter="2024-Q2"))
    (checked,) = submit.check([again], home, NOW)
    assert (checked.status, checked.compared_with, checked.remarks) == ("accepted", ["2024-Q1"], ())
    assert "W206" in rules(checked)


def test_files_checked_together_are_held_against_each_other_in_their_order(home: Home, tmp_path: Path) -> None:
    both = [
        make(tmp_path, "part_1.csv", good_delivery(regions=["drenthe"]), 1000),
        make(tmp_path, "part_2.csv", good_delivery(regions=["achterhoek"]), 2000),
    ]
    first, second = submit.check(both, home, NOW)
    assert ("W211" in rules(first), "W211" in rules(second)) == (False, True)


def test_what_waits_in_the_inbox_is_not_held_against_and_that_is_said(home: Home, tmp_path: Path) -> None:
    make(home.inbox, "waits.csv", good_delivery())
    path = make(tmp_path / "new", "a.csv", good_delivery())
    (checked,) = submit.check([path], home, NOW)
    assert (checked.compared_with, checked.waiting) == ([], 1)
    shown = werkmonitor_here(home, "submit", "--check", str(path))
    assert "niets: er is geen eerdere levering; niet met wat nog in de inbox wacht (1)." in " ".join(shown.split())
    land(home, NOW)
    (checked,) = submit.check([path], home, NOW)
    assert (checked.compared_with, checked.waiting) == (["2024-Q1"], 0)


def test_a_damaged_archive_is_told_and_the_file_is_judged_by_itself(home: Home, tmp_path: Path) -> None:
    make(home.inbox, "before.csv", good_delivery(quarter="2024-Q1"))
    land(home, NOW)
    for path in home.archive.glob("*/*.csv"):
        path.unlink()
    again = make(tmp_path, "again.csv", good_delivery(quarter="2024-Q2"))
    (checked,) = submit.check([again], home, NOW)
    assert checked.status == "accepted"
    assert "W206" not in rules(checked)
    assert "In het archief ontbreekt" in checked.remarks[0]


def test_who_sends_is_held_against_what_is_sent_and_goes_along_to_the_inbox(home: Home, tmp_path: Path) -> None:
    path = make(tmp_path, "a.csv", good_delivery("org_001"))
    (other,) = submit.submit([path], home, NOW, "org_002")
    assert (other.status, other.organisation_id, other.placed_as) == ("rejected", "org_002", None)
    assert "E209" in rules(other)
    (own,) = submit.submit([path], home, NOW, "org_001")
    assert own.placed_as == home.inbox / "org_001" / "a.csv"
    with pytest.raises(submit.UnknownSender, match="org_999"):
        submit.check([path], home, NOW, "org_999")


def test_what_lies_in_the_folder_of_another_is_refused_even_when_it_is_in_force(home: Home) -> None:
    make(home.inbox, "a.csv", good_delivery("org_001"))
    land(home, NOW)
    make(home.inbox / "org_002", "a.csv", good_delivery("org_001"))
    (outcome,) = land(home, NOW).outcomes
    assert (outcome.status, outcome.organisation_id, outcome.file_name) == ("rejected", "org_002", "org_002/a.csv")
    make(home.inbox / "org_001", "a.csv", good_delivery("org_001"))
    (outcome,) = land(home, NOW).outcomes
    assert (outcome.status, outcome.organisation_id) == ("unchanged", "org_001")
