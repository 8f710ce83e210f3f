"""Landing: verdicts, versions, crashes halfway, and the warehouse made anew."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.landing import land
from orchestration.landing.raw import closed_years, raw_filling
from orchestration.ledger import archive, receipts
from orchestration.ledger.archive import ArchiveDamaged
from orchestration.ledger.receipts import Acknowledged, YearClosed
from orchestration.quality.door import incoming
from orchestration.quality.door.incoming import Judgement
from tests.support import broken_files
from tests.support.broken_files import NOW, good_delivery, good_rows, tidy_csv

TABLES = ("files", "deliveries", "cells", "findings", "year_closings", "acknowledgements")
SMALL = {"regions": ["drenthe"], "trajectories": ["wabz"]}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def drop(home: Home, name: str, text: str, modified: int = 10**18) -> None:
    path = home.inbox / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(modified, modified))


def delivery(clients: int = 5, organisation: str = "org_001", quarter: str = "2024-Q1") -> str:
    rows = good_rows(organisation, quarter, **SMALL)
    rows[-1][7] = str(clients)
    return tidy_csv(rows)


def landed(home: Home, now: datetime = NOW) -> list[tuple[str, str, int | None]]:
    return [(one.file_name, one.status, one.version) for one in land.land(home, now).outcomes]


def raw(home: Home) -> dict[str, list[Any]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return {name: connection.sql(f"from raw.{name} order by all").fetchall() for name in TABLES}


def rebuilt(home: Home) -> dict[str, list[Any]]:
    home.warehouse.unlink()
    land.land(home, NOW + timedelta(days=1))
    return raw(home)


def test_a_good_file_becomes_cells(home: Home) -> None:
    drop(home, "a.csv", delivery())
    assert landed(home) == [("a.csv", "accepted", 1)]
    tables = raw(home)
    assert len(tables["cells"]) == len(good_rows(**SMALL))
    assert tables["files"][0][7:] == ("accepted", "org_001", "2024-Q1")
    assert tables["deliveries"][0][:4] == (1, "org_001", "2024-Q1", 1)


def test_a_refused_file_leaves_the_earlier_delivery_in_force(home: Home) -> None:
    drop(home, "a.csv", delivery())
    landed(home)
    cells = raw(home)["cells"]
    drop(home, "b.csv", delivery(-1))
    assert landed(home) == [("b.csv", "rejected", None)]
    tables = raw(home)
    assert (tables["cells"], len(tables["deliveries"])) == (cells, 1)
    assert [row[1] for row in tables["findings"] if row[2] == "error"] == ["E402"]
    assert len(list(home.archive.glob("*/*.csv"))) == 2


def test_an_empty_inbox_changes_nothing(home: Home) -> None:
    drop(home, "a.csv", delivery())
    landed(home)
    before = raw(home)
    assert landed(home) == []
    assert raw(home) == before


def test_versions_are_counted_in_order_of_landing(home: Home) -> None:
    drop(home, "z.csv", delivery(1), 1000)
    drop(home, "b.csv", delivery(2), 2000)
    drop(home, "a.csv", delivery(3), 2000)
    drop(home, "other.csv", delivery(3, "org_002"), 2000)
    assert landed(home) == [
        ("z.csv", "accepted", 1),
        ("a.csv", "accepted", 2),
        ("b.csv", "accepted", 3),
        ("other.csv", "accepted", 1),
    ]


@pytest.mark.parametrize("at_once", [True, False])
def test_the_same_file_again_is_unchanged_and_an_older_one_a_new_version(home: Home, at_once: bool) -> None:
    outcomes = []
    for number, clients in enumerate([1, 1, 2, 1, 1]):
        drop(home, f"{number}.csv", delivery(clients), number)
        outcomes += [] if at_once else landed(home)
    outcomes += landed(home)
    assert outcomes == [
        ("0.csv", "accepted", 1),
        ("1.csv", "unchanged", None),
        ("2.csv", "accepted", 2),
        ("3.csv", "accepted", 3),
        ("4.csv", "unchanged", None),
    ]
    unchanged = [row[:3] for row in raw(home)["findings"] if row[1] != "I802"]
    assert unchanged == [(2, "I801", "info"), (5, "I801", "info")]


def test_what_was_refused_stays_refused_for_the_same_reasons(home: Home) -> None:
    drop(home, "a.csv", delivery(-1))
    landed(home)
    drop(home, "a.csv", delivery(-1))
    assert landed(home) == [("a.csv", "rejected", None)]


def test_forty_good_files_are_accepted_beside_every_broken_one(home: Home) -> None:
    broken_files.write_all(broken_files.broken_files(), home.inbox)
    for number in range(1, 41):
        drop(home, f"good_{number}.csv", good_delivery(f"org_{number:03d}", "2025-Q1"))
    report = land.land(home, NOW)
    assert report.counts == {"accepted": 40, "rejected": len(broken_files.broken_files())}
    assert all(one.findings for one in report.outcomes if one.status == "rejected")
    tables = raw(home)
    assert len(tables["deliveries"]) == 40
    assert rebuilt(home) == tables


def test_the_warehouse_made_anew_is_the_same(home: Home) -> None:
    for number, clients in enumerate([1, -1, 2, 1, 1]):
        drop(home, f"{number}.csv", delivery(clients), number)
        landed(home)
    (home.inbox / "leeg.xlsx").touch()
    landed(home)
    receipts.close_year(home.receipts, YearClosed(2024, NOW.isoformat(), "te laat", "abc"))
    closed = Acknowledged("abcdef012345", "org_001", "2024-Q1", "W101", "…", "het klopt", "An", NOW.isoformat())
    receipts.append(home.receipts, [closed])
    landed(home)
    before = raw(home)
    assert len(before["year_closings"]) == len(before["acknowledgements"]) == 1
    assert rebuilt(home) == before


def test_a_rebuild_passes_no_new_verdicts(home: Home) -> None:
    drop(home, "a.csv", delivery())
    landed(home)
    lines = home.receipts.read_bytes()
    home.reference.mkdir()
    (home.reference / "organisations.csv").write_text("organisation_id,name,active_from,active_to\n")
    before = raw(home)
    assert rebuilt(home) == before
    assert home.receipts.read_bytes() == lines


def test_the_day_of_landing_is_a_day_in_amsterdam(home: Home) -> None:
    late = datetime.fromisoformat("2026-09-30T23:30:00+02:00")
    drop(home, "a.csv", delivery(quarter="2026-Q3"))
    assert landed(home, late) == [("a.csv", "rejected", None)]
    drop(home, "a.csv", delivery(quarter="2026-Q3"))
    assert landed(home, late + timedelta(minutes=45)) == [("a.csv", "accepted", 1)]


def test_a_held_file_is_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(home, "a.csv", delivery())
    held = Judgement("org_001", "2024-Q1", [], ["E402"])
    monkeypatch.setattr(incoming, "judge", lambda _, candidates: {one.receipt: held for one in candidates})
    (outcome,) = land.land(home, NOW).outcomes
    assert (outcome.status, [one.rule for one in outcome.findings]) == ("held", ["H901"])
    tables = raw(home)
    assert [row[7:] for row in tables["files"]] == [("held", "org_001", "2024-Q1")]
    assert [row[1:3] for row in tables["findings"]] == [("H901", "held")]
    assert receipts.read(home.receipts).judged == {}
    monkeypatch.undo()
    assert landed(home) == [("a.csv", "accepted", 1)]
    assert [row[7] for row in raw(home)["files"]] == ["accepted"]


def test_a_warehouse_of_another_edition_is_filled_anew(home: Home) -> None:
    drop(home, "a.csv", delivery())
    landed(home)
    before = raw(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("drop table raw.edition; alter table raw.findings drop column figures")
    assert landed(home) == []
    assert raw(home) == before


def test_a_file_held_for_a_while_does_not_push_out_a_newer_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = incoming.judge

    def hold_the_first(connection: Any, candidates: list[Any]) -> dict[int, Judgement]:
        return judge(connection, candidates) | {1: Judgement(held_by=["E402"])}

    drop(home, "old.csv", delivery(1), 1)
    drop(home, "new.csv", delivery(2), 2)
    monkeypatch.setattr(incoming, "judge", hold_the_first)
    assert landed(home) == [("old.csv", "held", None), ("new.csv", "accepted", 1)]
    monkeypatch.undo()
    assert landed(home) == [("old.csv", "accepted", 2)]
    drop(home, "new again.csv", delivery(2))
    assert landed(home) == [("new again.csv", "unchanged", None)]


class Killed(BaseException):
    """What `kill -9` is in these tests."""


FIVE = {f"{number}.csv": clients for number, clients in enumerate([1, -1, 2, 1, 1])}


@pytest.fixture(scope="module")
def smooth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What becomes of five files when nothing crashes."""
    home = Home(tmp_path_factory.mktemp("smooth")).create()
    drop_five(home)
    land.land(home, NOW)
    return raw(home)


def drop_five(home: Home) -> None:
    for modified, (name, clients) in enumerate(FIVE.items()):
        drop(home, name, delivery(clients), modified)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "step",
    [
        (archive, "_keep", 1),
        (receipts, "append", 1),
        (archive, "_take_away", 2),
        (incoming, "judge", 1),
        (receipts, "append", 2),
        (raw_filling, "fill", 1),
        (raw_filling, "insert", 3),
        (closed_years, "fill", 1),
    ],
)
def test_a_crash_at_any_point_ends_as_if_nothing_had_happened(
    home: Home, smooth: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str, int], when: str
) -> None:
    drop_five(home)
    module, name, call = step
    real, calls = getattr(module, name), 0

    def killed(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and when == "before":
            raise Killed
        result = real(*arguments)
        if calls == call:
            raise Killed
        return result

    monkeypatch.setattr(module, name, killed)
    with pytest.raises(Killed):
        land.land(home, NOW)
    monkeypatch.undo()
    land.land(home, NOW)
    assert raw(home) == smooth
    assert [json.loads(line)["kind"] for line in home.receipts.open()].count("judged") == 5
    assert list(home.inbox.iterdir()) == []


def test_many_batches_give_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for size in (1000, 2):
        monkeypatch.setattr(land, "MOST_FILES", size)
        home = Home(tmp_path / str(size)).create()
        for number, clients in enumerate([1, 1, -1, 2, 1]):
            drop(home, f"{number}.csv", delivery(clients), number)
        land.land(home, NOW)
        found.append(raw(home))
    assert found[0] == found[1]


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_damaged_archive_is_not_rebuilt_from(home: Home, damage: str) -> None:
    drop(home, "a.csv", delivery())
    landed(home)
    (copy,) = home.archive.glob("*/*.csv")
    copy.chmod(0o644)
    copy.unlink() if damage == "gone" else copy.write_text(delivery(6))
    home.warehouse.unlink()
    with pytest.raises(ArchiveDamaged, match=r"a\.csv"):
        land.land(home, NOW)


def test_nothing_to_judge_does_not_load_great_expectations(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(home, "a.csv", delivery())
    landed(home)
    monkeypatch.setattr(land, "_judge", None)
    land.land(home, NOW)
    home.warehouse.unlink()
    land.land(home, NOW)
