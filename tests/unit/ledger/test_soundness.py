"""Nothing changes in ledger or archive unseen: each change is named, and what it would lose is not published."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.closing import rereading, voiding
from orchestration.home.paths import Home
from orchestration.landing import land, rebuilding
from orchestration.ledger import receipts, soundness
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Acknowledged
from orchestration.ledger.soundness import Head
from orchestration.publishing import memory
from orchestration.reporting import checking
from tests.support.broken_files import NOW, good_rows, tidy_csv
from tests.support.commands import werkmonitor_here

SMALL = {"regions": ["drenthe"], "trajectories": ["wabz"]}
ORGANISATIONS = [f"org_{number:03d}" for number in range(1, 7)]


def deliver(home: Home, organisation: str, clients: int) -> None:
    rows = good_rows(organisation, "2024-Q1", **SMALL)
    rows[-1][7] = str(clients)
    (home.inbox / f"{organisation}_{clients}.csv").write_text(tidy_csv(rows), encoding="utf-8")


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Six deliveries landed one by one, one of them corrected: to copy."""
    home = Home(tmp_path_factory.mktemp("landed") / "home").create()
    for number, organisation in enumerate([*ORGANISATIONS, ORGANISATIONS[0]]):
        deliver(home, organisation, number)
        land.land(home, NOW + timedelta(hours=number))
    assert len(InForce(receipts.read(home.receipts)).pairs()) == len(ORGANISATIONS)
    return home


@pytest.fixture
def home(landed: Home, tmp_path: Path) -> Home:
    shutil.copytree(landed.root, tmp_path / "home")
    return Home(tmp_path / "home")


def remembered(home: Home) -> Head:
    """What warehouse and published file hold of the ledger as it stands."""
    newest = receipts.read(home.receipts).head
    assert newest
    return Head(*newest, "de publicatie")


def named(home: Home, head: Head) -> Sequence[str]:
    ledger = receipts.read(home.receipts)
    return [str(one) for one in (*soundness.problems(home, ledger), *soundness.beyond(ledger, head)) if one.stops]


def test_a_ledger_as_it_was_written_is_sound(home: Home) -> None:
    assert named(home, remembered(home)) == []


@pytest.mark.parametrize("count", [80, pytest.param(1_000, marks=pytest.mark.long)])
def test_each_changed_byte_of_the_ledger_is_named(home: Home, count: int) -> None:
    head, whole, chance = remembered(home), home.receipts.read_bytes(), random.Random(count)
    unseen = []
    for _ in range(count):
        place, other = chance.randrange(len(whole)), chance.randrange(1, 256)
        changed = bytes([whole[place] ^ other])
        home.receipts.write_bytes(whole[:place] + changed + whole[place + 1 :])
        if not named(home, head):
            unseen.append((place, changed))
    assert unseen == []


def test_each_archived_file_that_is_gone_is_named(home: Home) -> None:
    head = remembered(home)
    for receipt in receipts.read(home.receipts).received.values():
        path = home.archive / receipt.archived_as
        aside = path.rename(home.root / "aside")
        assert any(receipt.archived_as in one or receipt.file_name in one for one in named(home, head))
        aside.rename(path)
    assert named(home, head) == []


@pytest.mark.parametrize("lines", range(1, 15, 3))
def test_a_ledger_that_was_put_back_from_a_backup_is_named(home: Home, lines: int) -> None:
    head, whole = remembered(home), home.receipts.read_bytes().splitlines(keepends=True)
    home.receipts.write_bytes(b"".join(whole[:-lines]))
    assert named(home, head)
    deliver(home, "org_007", 3)
    assert land.land(home, NOW + timedelta(days=1)).obstacles, "landing goes on, and says that nothing may be published"
    assert any(one.organisation_id == "org_007" for one in receipts.read(home.receipts).judged.values())


def test_a_ledger_that_is_gone_is_no_empty_monitor(home: Home) -> None:
    head = remembered(home)
    home.receipts.unlink()
    assert named(home, head)
    home.warehouse.unlink()
    assert land.land(home, NOW).obstacles


def test_a_damaged_line_goes_void_with_a_reason_and_its_delivery_comes_from_the_archive_again(home: Home) -> None:
    before = InForce(receipts.read(home.receipts)).pairs()
    whole = home.receipts.read_bytes().splitlines(keepends=True)
    number = next(at for at, line in enumerate(whole) if b'"received"' in line and b"org_003" in line)
    whole[number] = whole[number].replace(b"org_003", b"org_0x3")
    home.receipts.write_bytes(b"".join(whole))
    assert land.land(home, NOW).obstacles
    voiding.void(home, number + 1, "de schijf had een fout", "Jansen", NOW)
    land.land(home, NOW)
    assert named(home, remembered(home)) == []
    assert InForce(receipts.read(home.receipts)).pairs() == before


def test_a_reason_in_another_encoding_is_kept_as_text_and_lands(home: Home) -> None:
    odd = "Andr\udce9 zegt: het klopt"  # what Python makes of Latin-1 on a UTF-8 terminal
    word = Acknowledged("abcdef012345", "org_001", "2024-Q1", "W101", "…", odd, "An", NOW.isoformat())
    with pytest.raises(receipts.NotWritable):
        receipts.append(home.receipts, [word])
    assert land.land(home, NOW).obstacles == []


# Old ledgers, and what each command makes of damage ----------------------------------------------------


def unchained(home: Home) -> None:
    """The ledger as it was written before there was a chain."""
    lines = [json.loads(line) for line in home.receipts.read_bytes().splitlines()]
    old = [{name: value for name, value in line.items() if name not in ("line", "previous", "hash")} for line in lines]
    home.receipts.write_text("".join(f"{json.dumps(line)}\n" for line in old), encoding="ascii")
    home.warehouse.unlink()  # which remembers the hash of its newest line


def seals(home: Home) -> int:
    return sum(isinstance(entry, receipts.Sealed) for _, entry in receipts.read(home.receipts).lines.values())


def test_a_rebuild_seals_an_old_ledger_once_and_makes_the_same_warehouse(home: Home) -> None:
    before = InForce(receipts.read(home.receipts)).pairs()
    unchained(home)
    assert not receipts.read(home.receipts).is_sealed
    for _ in range(2):
        report = rebuilding.rebuild(home, NOW, [])
        assert (report.replayed, report.obstacles) == (len(ORGANISATIONS) + 1, [])
        assert (seals(home), receipts.read(home.receipts).is_sealed) == (1, True)
    assert InForce(receipts.read(home.receipts)).pairs() == before
    assert named(home, remembered(home)) == []


def test_reading_anew_seals_an_old_ledger_too_and_the_file_counts_as_it_did(home: Home) -> None:
    unchained(home)
    sha256 = receipts.read(home.receipts).judged[3].cells_sha256
    assert sha256
    home.receipts.write_bytes(home.receipts.read_bytes().replace(sha256.encode("ascii"), b"0" * 64))
    rereading.reread(home, 3, "wij lezen het nu beter", "Jansen", NOW)
    assert (seals(home), land.land(home, NOW).obstacles) == (1, [])


def test_a_changed_line_of_before_the_chain_is_named_and_comes_from_the_archive_again(home: Home) -> None:
    unchained(home)
    land.land(home, NOW)
    before = InForce(receipts.read(home.receipts)).pairs()
    home.receipts.write_bytes(home.receipts.read_bytes().replace(b'"org_003_2.csv"', b'"org_003_9.csv"', 1))
    (damage,) = receipts.read(home.receipts).damage
    assert land.land(home, NOW).obstacles
    voiding.void(home, damage.first, "de schijf had een fout", "Jansen", NOW)
    assert land.land(home, NOW).obstacles == []
    assert InForce(receipts.read(home.receipts)).pairs() == before


def test_status_names_the_damage_and_says_that_nothing_is_published(home: Home) -> None:
    assert "Niets wordt gepubliceerd" not in werkmonitor_here(home, "status")
    home.receipts.write_bytes(home.receipts.read_bytes().replace(b"org_003", b"org_0x3", 1))
    shown = " ".join(werkmonitor_here(home, "status").split())
    (damage,) = receipts.read(home.receipts).damage
    assert f"Niets wordt gepubliceerd: Regel {damage.first} van het register" in shown
    assert f"werkmonitor void {damage.first}" in shown


def published(home: Home, pairs: set[tuple[str, str]]) -> None:
    """A published file that remembers these, and no line of a ledger: as of before there was a chain."""
    with duckdb.connect(str(home.published)) as connection:
        connection.execute("create schema trace; create table trace.ledger (line bigint, hash varchar)")
        columns = "organisation_id varchar, quarter varchar, is_withdrawn boolean"
        connection.execute(f"create table trace.deliveries ({columns})")
        connection.executemany("insert into trace.deliveries values (?, ?, false)", sorted(pairs))


def test_who_was_published_and_counts_no_more_is_named_until_somebody_says_why(home: Home) -> None:
    ledger = receipts.read(home.receipts)
    published(home, {*InForce(ledger).pairs(), ("org_040", "2024-Q1")})
    assert memory.lost(home, ledger) == [("org_040", "2024-Q1")]
    (problem,) = checking.problems(home)
    assert "org_040 2024-Q1" in problem
    voiding.void(home, ledger.taken + 1, "het was een proef", "Jansen", NOW)
    assert memory.lost(home, receipts.read(home.receipts)) == []
    assert not any("org_040" in one for one in checking.problems(home))
