"""A ledger as it was at a line of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home.paths import Home
from orchestration.landing.raw import closed_years
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Reopened, YearClosed
from orchestration.releasing import as_of
from orchestration.releasing.as_of import until

NOW = "2026-01-01T00:00:00+00:00"
ENTRY = Reopened("2024", "proef", "An", NOW)


def test_a_ledger_until_a_line_is_what_it_was_then(tmp_path: Path) -> None:
    path = tmp_path / "receipts.jsonl"
    receipts.append(path, [ENTRY, ENTRY])
    before = path.read_bytes()
    receipts.append(path, [ENTRY])
    assert until(path.read_bytes(), 2) == before
    with pytest.raises(ValueError, match="9"):
        until(path.read_bytes(), 9)


def test_a_home_that_is_made_again_gets_the_kept_counts_of_the_years_closed_until_then(tmp_path: Path) -> None:
    home, there = Home(tmp_path / "home").create(), Home(tmp_path / "there").create()
    kept = [closed_years.keep(home, [["nation", "", "", "all", "clients", "", "", value]]) for value in (1, 2)]
    closings = [YearClosed(2024, NOW, None, "digest", one, "2024.1") for one in kept]
    receipts.append(home.receipts, closings)
    as_of.give(home, 1, there)
    assert closed_years.path(there, kept[0]).read_bytes() == closed_years.path(home, kept[0]).read_bytes()
    assert not closed_years.path(there, kept[1]).exists()


def test_a_line_that_is_no_longer_there_is_said(tmp_path: Path) -> None:
    home, there = Home(tmp_path / "home").create(), Home(tmp_path / "there").create()
    receipts.append(home.receipts, [ENTRY])
    with pytest.raises(as_of.NotRebuilt, match="regel 9 van het register"):
        as_of.give(home, 9, there)
