"""Mutated deliveries through the door: no dead run, and no number changed in silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.landing import land
from orchestration.ledger import receipts
from tests.support import mutations
from tests.support.broken_files import NOW

CELLS = "select region_code, trajectory, measure, breakdown, category, clients from raw.cells where receipt = ?"


def land_all(folder: Path, numbers: range) -> tuple[dict[str, int], list[str]]:
    """Land so many mutated files; the verdicts, and the files of which a number changed in silence."""
    home = Home(folder / "home").create()
    (folder / "kept").mkdir()
    for number in numbers:
        shutil.copy(mutations.mutated(number, folder / "kept"), home.inbox)
    report = land.land(home, NOW)
    changed = []
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        for outcome in report.outcomes:
            found = [one.rule for one in outcome.findings if one.level in ("error", "warning")]
            if outcome.status == "accepted" and not found:
                landed = {tuple(row[:5]): row[5] for row in connection.execute(CELLS, [outcome.receipt]).fetchall()}
                if not _as_seen(landed, folder / "kept" / outcome.file_name):
                    changed.append(outcome.file_name)
    assert len(receipts.read(home.receipts).judged) == len(report.outcomes) == len(numbers)
    return report.counts, changed


def _as_seen(landed: mutations.Seen, path: Path) -> bool:
    seen = mutations.seen(path)
    whole = {key: str(int(number)) for key, number in landed.items()}
    return whole in (seen, mutations.untouched(path)) if seen is None else whole == seen


def test_a_hundred_mutated_deliveries_kill_no_run_and_change_no_number(tmp_path: Path) -> None:
    counts, changed = land_all(tmp_path, range(100))
    assert changed == []
    assert set(counts) == {"accepted", "rejected", "unchanged"} or set(counts) == {"accepted", "rejected"}
    assert min(counts["accepted"], counts["rejected"]) > 10


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, 5_000, 500))
def test_five_thousand_mutated_deliveries_kill_no_run_and_change_no_number(tmp_path: Path, first: int) -> None:
    counts, changed = land_all(tmp_path, range(first, first + 500))
    assert changed == []
    assert "held" not in counts
    assert min(counts["accepted"], counts["rejected"]) > 50
