"""What the command line says, where no run is needed to hear it."""

from __future__ import annotations

import pytest

from orchestration.definitions import execution
from orchestration.home.paths import Home
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Receipt
from tests.support.commands import werkmonitor_here as here


def test_a_run_says_how_many_files_it_could_not_judge(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = Receipt(1, "0" * 64, "00/0.csv", "a.csv", 1, 0, 0, 0, "2026-01-01T00:00:00+00:00")

    def run_job(home: Home, *_: object) -> None:
        receipts.append(home.receipts, [receipt])  # a file without a verdict: its check crashed

    monkeypatch.setattr(execution, "run_job", run_job)
    output = here(home, "run")
    assert "0 bestanden verwerkt" in output
    assert "1 niet te beoordelen; de volgende run probeert het opnieuw" in output
