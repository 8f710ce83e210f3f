"""A ledger as it was at a line of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.ledger import receipts
from orchestration.ledger.receipts import Reopened
from orchestration.releasing.as_of import until

ENTRY = Reopened("2024", "proef", "An", "2026-01-01T00:00:00+00:00")


def test_a_ledger_until_a_line_is_what_it_was_then(tmp_path: Path) -> None:
    path = tmp_path / "receipts.jsonl"
    receipts.append(path, [ENTRY, ENTRY])
    before = path.read_bytes()
    receipts.append(path, [ENTRY])
    assert until(path.read_bytes(), 2) == before
    with pytest.raises(ValueError, match="9"):
        until(path.read_bytes(), 9)
