"""The ledger: what it keeps, and what a crash may do to its last line."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.ledger import receipts
from orchestration.ledger.receipts import Acknowledged, Judged, Receipt, YearClosed

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
