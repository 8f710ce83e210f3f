"""Nothing changes in ledger or archive unseen: each change is named, and what it would lose is not published."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.closing import voiding
from orchestration.home.paths import Home
from orchestration.landing import land
from orchestration.ledger import receipts, soundness
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Acknowledged
from orchestration.ledger.soundness import Head
from tests.support.broken_files import NOW, good_rows, tidy_csv

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
