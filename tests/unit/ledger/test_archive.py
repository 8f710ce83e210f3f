"""Receiving files: nothing is lost, nothing comes in twice, whatever happens halfway."""

import hashlib
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.home.paths import Home
from orchestration.landing import land
from orchestration.ledger import archive, receipts
from tests.support.broken_files import good_rows, tidy_csv
from tests.support.commands import FORKSERVER
from tests.support.full_disk import STILL_FITS, fill_the_disk

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
YEAR_11476 = 300_000_000_000 * 10**9  # nanoseconds since 1970


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def drop(home: Home, name: str, content: bytes, modified: int = 10**18) -> Path:
    path = home.inbox / name
    path.write_bytes(content)
    os.utime(path, ns=(modified, modified))
    return path


def in_11476(fstat: Callable[[int], os.stat_result]) -> Callable[[int], SimpleNamespace]:
    """A file system that keeps such times, which not each does."""

    def state(descriptor: int) -> SimpleNamespace:
        real = fstat(descriptor)
        names = (name for name in dir(real) if name.startswith("st_"))
        return SimpleNamespace(**{**{name: getattr(real, name) for name in names}, "st_mtime_ns": YEAR_11476})

    return state


def kept(home: Home) -> list[tuple[str, bytes]]:
    received = receipts.read(home.receipts).received
    return [(one.file_name, (home.archive / one.archived_as).read_bytes()) for _, one in sorted(received.items())]


def test_a_file_is_kept_byte_for_byte_and_leaves_the_inbox(home: Home) -> None:
    content = os.urandom(3_000_000) + bytes(2_000_000)
    drop(home, "Levering.XLSX", content)
    (receipt,) = archive.receive(home, NOW)
    copy = home.archive / receipt.archived_as
    assert copy.read_bytes() == content
    assert copy.name == hashlib.sha256(content).hexdigest() + ".xlsx"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o444
    assert list(home.inbox.iterdir()) == []


def test_files_are_received_by_time_and_then_by_name(home: Home) -> None:
    drop(home, "b", b"1", 2000)
    drop(home, "c", b"2", 1000)
    drop(home, "a", b"3", 2000)
    assert [(one.receipt, one.file_name) for one in archive.receive(home, NOW)] == [(1, "c"), (2, "a"), (3, "b")]


def test_numbers_go_on_where_they_stopped(home: Home) -> None:
    drop(home, "a", b"1")
    archive.receive(home, NOW)
    drop(home, "a", b"2")
    assert [one.receipt for one in archive.receive(home, NOW)] == [2]


def test_hidden_files_folders_links_and_pipes_stay_where_they_are(home: Home, tmp_path: Path) -> None:
    drop(home, ".hidden", b"1")
    drop(home, "~$open.xlsx", b"1")
    (home.inbox / "folder").mkdir()
    (tmp_path / "elsewhere").write_bytes(b"secret")
    (home.inbox / "link.csv").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(home.inbox / "pipe.csv")
    assert archive.receive(home, NOW) == []
    assert len(list(home.inbox.iterdir())) == 5


def test_the_same_content_delivered_again_is_a_new_receipt(home: Home) -> None:
    for _ in range(2):
        drop(home, "a.csv", b"same")
        archive.receive(home, NOW)
    assert len(kept(home)) == 2


def test_the_same_content_twice_at_once_is_two_receipts(home: Home) -> None:
    drop(home, "a.csv", b"same")
    drop(home, "b.csv", b"same")
    archive.receive(home, NOW)
    assert kept(home) == [("a.csv", b"same"), ("b.csv", b"same")]


def test_a_name_that_is_no_text_is_received(home: Home) -> None:
    (Path(os.fsdecode(os.fsencode(home.inbox) + b"/l\xe9vering.csv"))).write_bytes(b"1")
    (receipt,) = archive.receive(home, NOW)
    assert receipt.file_name == "l�vering.csv"


def test_a_file_that_cannot_be_opened_does_not_stop_the_others(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(home, "closed.csv", b"1", 1)
    drop(home, "open.csv", b"2", 2)
    real = os.open

    def refuse(path: Path, *arguments: int, **names: int) -> int:
        if Path(path).name == "closed.csv":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **names)

    monkeypatch.setattr(os, "open", refuse)
    assert [one.file_name for one in archive.receive(home, NOW)] == ["open.csv"]
    assert [path.name for path in home.inbox.iterdir()] == ["closed.csv"]


def test_a_file_that_is_still_being_written_waits(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(home, "growing.csv", b"half")
    stream = archive._stream

    def grow(source: int, target: Path) -> str:
        digest = stream(source, target)
        with path.open("ab") as file:
            file.write(b"more")
        return digest

    monkeypatch.setattr(archive, "_stream", grow)
    assert archive.receive(home, NOW) == []
    monkeypatch.undo()
    archive.receive(home, NOW)
    assert kept(home) == [("growing.csv", b"halfmore")]


def test_a_file_that_replaces_one_just_copied_is_not_thrown_away(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(home, "a.csv", b"old", 1000)
    append = receipts.append

    def replaced_meanwhile(path: Path, entries: list[receipts.Entry]) -> None:
        append(path, entries)
        (home.inbox / ".new").write_bytes(b"new")
        (home.inbox / ".new").rename(home.inbox / "a.csv")

    monkeypatch.setattr(receipts, "append", replaced_meanwhile)
    archive.receive(home, NOW)
    monkeypatch.undo()
    archive.receive(home, NOW)
    assert kept(home) == [("a.csv", b"old"), ("a.csv", b"new")]


class Killed(BaseException):
    """What `kill -9` is in these tests: nothing below may catch it."""


@pytest.mark.parametrize(
    "place",
    ["archive._stream", "archive._flush", "archive._keep", "receipts.append", "archive._take_away"],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_point_loses_nothing_and_doubles_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, place: str, when: str
) -> None:
    for number in range(5):
        drop(home, f"{number}.csv", b"%d" % number, number)
    module, name = place.split(".")
    target = {"archive": archive, "receipts": receipts}[module]
    real, calls = getattr(target, name), 0

    def killed(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls >= 3 or name in ("_keep", "append"):
            if when == "after":
                real(*arguments)
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(target, name, killed)
    with pytest.raises(Killed):
        archive.receive(home, NOW)
    monkeypatch.undo()
    archive.receive(home, NOW)
    assert kept(home) == [(f"{number}.csv", b"%d" % number) for number in range(5)]
    assert list(home.inbox.iterdir()) == []
    assert not [path for path in home.archive.iterdir() if path.name.startswith(".")]


def test_a_re_delivery_with_the_same_name_time_and_size_is_not_taken_for_a_left_over(home: Home) -> None:
    for _ in range(3):  # the inode is likely to be the same one again
        drop(home, "a.csv", b"same", 1000)
        archive.receive(home, NOW)
    assert len(kept(home)) == 3


def test_two_gigabytes_of_nothing_take_no_disk(home: Home) -> None:
    with (home.inbox / "big.csv").open("wb") as file:
        file.truncate(2 << 30)
    (receipt,) = archive.receive(home, NOW)
    copy = (home.archive / receipt.archived_as).stat()
    assert (copy.st_size, copy.st_blocks < 1000) == (2 << 30, True)


def test_the_folder_of_an_organisation_is_read_one_level_deep_and_says_who_sent(home: Home) -> None:
    drop(home, "a.csv", b"1", 3000)
    for folder in ("org_001", "org_001/deeper", "org_001/.hidden", "submap"):
        (home.inbox / folder).mkdir()
    (home.inbox / "org_002").symlink_to(home.inbox / "org_001")
    drop(home, "org_001/b.csv", b"2", 1000)
    drop(home, "org_001/~$b.csv", b"3")
    drop(home, "org_001/deeper/c.csv", b"4")
    drop(home, "submap/d.csv", b"5")
    assert archive.unread(home) == ["org_001/deeper", "org_002", "submap"]
    received = archive.receive(home, NOW)
    assert [(one.file_name, archive.sender(one.file_name)) for one in received] == [
        ("org_001/b.csv", "org_001"),
        ("a.csv", ""),
    ]
    assert not (home.inbox / "org_001" / "b.csv").exists()
    assert archive.inbox_files(home) == []


def test_an_empty_folder_is_nothing_to_tell(home: Home) -> None:
    (home.inbox / "submap").mkdir()
    (home.inbox / "org_001").mkdir()
    assert archive.unread(home) == []


def test_a_time_beyond_every_calendar_is_received_and_lands(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tidy_csv(good_rows())
    drop(home, "far.csv", rows.encode())
    monkeypatch.setattr(archive.os, "fstat", in_11476(os.fstat))
    (receipt,) = archive.receive(home, NOW)
    monkeypatch.undo()
    assert receipts.read(home.receipts).received[1].modified_ns == YEAR_11476 == receipt.modified_ns
    for _ in range(2):  # judged, and replayed into a new warehouse
        land.land(home, NOW)
        assert receipts.read(home.receipts).judged[1].status == "accepted"
        home.warehouse.unlink()


# A disk that fills up ----------------------------------------------------------------------------------


def receive_on_a_full_disk(home: Home) -> None:
    said: list[str] = []
    fill_the_disk()
    archive.receive(home, NOW, say=said.append)
    (home.root / "said.txt").write_text("\n".join(said), encoding="utf-8")


def test_a_disk_that_fills_up_fails_the_file_that_no_longer_fits_and_no_other(home: Home) -> None:
    large = b"1" * (STILL_FITS + 1)
    for number, content in enumerate([b"0", large, b"2"]):
        drop(home, f"{number}.csv", content, number)
    process = FORKSERVER.Process(target=receive_on_a_full_disk, args=(home,))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert kept(home) == [("0.csv", b"0"), ("2.csv", b"2")]
    assert [path.name for path in home.inbox.iterdir()] == ["1.csv"]
    assert "'1.csv' (de schijf is vol: maak ruimte)" in (home.root / "said.txt").read_text(encoding="utf-8")
    archive.receive(home, NOW)  # there is room again
    assert kept(home)[2] == ("1.csv", large)


# What is still being written ---------------------------------------------------------------------------


def test_what_moves_between_two_looks_stays_and_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    still, growing, replaced = (drop(home, name, b"half") for name in ("still.csv", "growing.csv", "replaced.csv"))
    waits: list[float] = []

    def write_on(seconds: float) -> None:
        waits.append(seconds)
        with growing.open("ab") as file:
            file.write(b"more")
        drop(home, ".new", b"half").rename(replaced)  # the same size and time, another file
        drop(home, "new.csv", b"half")

    monkeypatch.setattr(archive.time, "sleep", write_on)
    said: list[str] = []
    assert archive.settled(home, 10, said.append) == [archive.fingerprint(still)]
    assert waits == [10]
    moving = ("growing.csv", "new.csv", "replaced.csv")
    assert all(any(repr(name) in one for one in said) for name in moving)
    assert len(said) == len(moving)
    monkeypatch.undo()
    taken = archive.receive(home, NOW, archive.settled(home, 0))
    assert {one.file_name for one in taken} == {*moving, "still.csv"}


def test_what_is_written_on_after_the_second_look_waits_for_the_next_run(home: Home) -> None:
    path = drop(home, "a.csv", b"half")
    settled = archive.settled(home, 0)
    with path.open("ab") as file:
        file.write(b"more")
    assert archive.receive(home, NOW, settled) == []
    assert [one.size_bytes for one in archive.receive(home, NOW, archive.settled(home, 0))] == [8]


def test_an_empty_inbox_and_what_was_placed_need_no_wait(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive.time, "sleep", lambda _: pytest.fail("waited"))
    assert archive.settled(home) == []
    archive.place(home, [drop(home, "placed.csv", b"whole")])
    assert len(archive.settled(home)) == 1
