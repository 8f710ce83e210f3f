"""The ledger: what it keeps, and what a crash may do to its last line."""

import hashlib
import os
import signal
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from orchestration.ledger import receipts
from orchestration.ledger.receipts import Acknowledged, Judged, Receipt, YearClosed
from tests.support.commands import FORKSERVER

RECEIPT = Receipt(1, "ab" * 32, "ab/abab.csv", "levering.csv", 10, 5, 6, 7, "2026-01-01T00:00:00+00:00")
JUDGED = Judged(1, "rejected", "org_001", "2024-Q1", None, [{"rule": "E401"}])
WORD = Acknowledged("abcdef012345", "org_001", "2024-Q1", "W101", "…", "het klopt", "An", "2026-01-01T00:00:00+00:00")
CLOSED = YearClosed(2024, "2025-05-01T00:00:00+00:00", None, "d1g3st")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "receipts.jsonl"


def test_what_was_written_is_read_back(path: Path) -> None:
    receipts.append(path, [RECEIPT, JUDGED])
    receipts.close_year(path, CLOSED)
    receipts.append(path, [WORD])
    ledger = receipts.read(path)
    assert (ledger.received, ledger.judged, ledger.years_closed) == ({1: RECEIPT}, {1: JUDGED}, [CLOSED])
    assert ledger.acknowledged == {"abcdef012345": WORD}


def test_the_newest_word_on_a_warning_counts(path: Path) -> None:
    newer = replace(WORD, reason="bij nader inzien")
    receipts.append(path, [WORD, newer])
    assert receipts.read(path).acknowledged == {"abcdef012345": newer}


def test_a_ledger_that_does_not_exist_is_empty(path: Path) -> None:
    assert receipts.read(path).received == {}


def test_appending_nothing_makes_no_ledger(path: Path) -> None:
    receipts.append(path, [])
    assert not path.exists()


@pytest.mark.parametrize("torn", [b'{"kind": "rec', b"\0\0\0\0", b'{"kind": "received"\n', b"\xff\n"])
def test_a_torn_last_line_is_ignored_when_reading_and_cut_off_when_writing(path: Path, torn: bytes) -> None:
    receipts.append(path, [RECEIPT])
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    assert receipts.read(path).received == {1: RECEIPT}
    receipts.append(path, [JUDGED])
    assert path.read_bytes().startswith(whole)
    assert receipts.read(path).judged == {1: JUDGED}


def test_earlier_lines_are_never_changed(path: Path) -> None:
    receipts.append(path, [RECEIPT])
    before = path.read_bytes()
    receipts.append(path, [JUDGED, CLOSED])
    assert path.read_bytes().startswith(before)


def test_lines_are_appended_in_one_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[int] = []
    write = os.write

    def counted(descriptor: int, content: bytes) -> int:
        writes.append(len(content))
        return write(descriptor, content)

    monkeypatch.setattr(os, "write", counted)
    receipts.append(path, [RECEIPT, JUDGED, CLOSED])
    assert writes == [path.stat().st_size]


def test_odd_file_names_survive(path: Path) -> None:
    odd = Receipt(**{**vars(RECEIPT), "file_name": "léver\u2028ing\n🙂.csv"})
    receipts.append(path, [odd])
    assert receipts.read(path).received == {1: odd}
    assert path.read_bytes().count(b"\n") == 1


# Killed halfway ----------------------------------------------------------------------------------------


def append_for_ever(path: Path) -> None:
    """Append one receipt after another, each with a long name: its line is written in more than one page."""
    for number in count(2):
        receipts.append(path, [replace(RECEIPT, receipt=number, file_name=f"{number}" * 2_000)])


@pytest.mark.parametrize("after", [0.0, 0.01, 0.05, 0.1])
def test_a_process_killed_while_it_appends_leaves_whole_lines_and_a_chain_that_goes_on(
    path: Path, after: float
) -> None:
    receipts.append(path, [RECEIPT])
    process = FORKSERVER.Process(target=append_for_ever, args=(path,))
    process.start()
    while receipts.read(path).taken < 3:
        time.sleep(0.001)
    time.sleep(after)
    process.kill()
    process.join()
    left = receipts.read(path)
    assert (left.damage, sorted(left.received)) == ([], list(range(1, left.highest + 1)))
    receipts.append(path, [replace(RECEIPT, receipt=left.highest + 1)])
    mended = receipts.read(path)
    assert (mended.damage, mended.torn, mended.highest) == ([], b"", left.highest + 1)


def test_a_process_killed_in_the_middle_of_a_line_leaves_what_the_next_one_cuts_off(path: Path) -> None:
    receipts.append(path, [RECEIPT])
    process = FORKSERVER.Process(target=append_half, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    left = receipts.read(path)
    assert (bool(left.torn), left.damage, left.highest) == (True, [], 1)
    receipts.append(path, [replace(RECEIPT, receipt=2)])
    mended = receipts.read(path)
    assert (mended.damage, mended.torn, sorted(mended.received)) == ([], b"", [1, 2])
    cut = next(entry for _, entry in mended.lines.values() if isinstance(entry, receipts.Cut))
    assert cut.sha256 == hashlib.sha256(left.torn).hexdigest()


def append_half(path: Path) -> None:
    """Die, as by `kill -9`, when half of a line is written."""

    def die(descriptor: int, lines: bytes) -> None:
        os.write(descriptor, lines[: len(lines) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    receipts._write_all = die
    receipts.append(path, [replace(RECEIPT, receipt=2)])
