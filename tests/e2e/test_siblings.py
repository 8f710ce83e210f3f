"""Small deliveries of every kind that people report, beside forty good ones: these are published, whatever lies beside.

The whole of it measures the memory of a run and its children together, and goes on to the next run and `rebuild`.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.landing import land
from orchestration.landing.land import FileOutcome
from tests.support.broken_files import NOW
from tests.support.commands import WERKMONITOR, deliver_sample, environment
from tests.support.siblings import CELLS, Sibling, siblings

NEWEST = "2025-Q1"
GOOD = 40
MOST_MB = 1_500
COUNTED = "select receipt, count(*) from raw.cells group by all"
PUBLISHED = f"select organisations from marts.national_quarterly where period = '{NEWEST}'"
OUTCOMES = {
    "accepted": {"accepted", "unchanged"},
    "rejected": {"rejected"},
    "either": {"accepted", "unchanged", "rejected"},
}


def test_a_part_of_the_siblings_lands_beside_forty_good_deliveries(home: Home) -> None:
    chosen = siblings()[::8]
    deliver_all(home, chosen)
    report = land.land(home, NOW)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        assert wrong(chosen, report.outcomes, dict(connection.execute(COUNTED).fetchall())) == []
    good = [one for one in report.outcomes if one.quarter == NEWEST]
    assert [one.status for one in good] == ["accepted"] * GOOD


def deliver_all(home: Home, chosen: Iterable[Sibling]) -> None:
    assert len(deliver_sample(home, [NEWEST], GOOD)) == GOOD
    for one in chosen:
        one.write(home.inbox / one.name)


def wrong(chosen: Iterable[Sibling], outcomes: Iterable[FileOutcome], cells: dict[int, int]) -> list[str]:
    """The siblings that ended otherwise than they should, and those that were accepted with a cell too few."""
    by_name = {one.file_name: one for one in outcomes}
    found = []
    for one in chosen:
        outcome = by_name.get(one.name)
        if outcome is None or one.outcome == "left":
            found += [] if outcome is None and one.outcome == "left" else [f"{one.name}: {outcome}"]
        elif outcome.status not in OUTCOMES[one.outcome] or cells.get(outcome.receipt, CELLS) != CELLS:
            found.append(f"{one.name}: {outcome.status}, {cells.get(outcome.receipt)} cells")
    return found


@pytest.mark.long
def test_all_siblings_leave_forty_good_deliveries_published_by_the_run_the_next_and_a_rebuild(home: Home) -> None:
    chosen = siblings()
    assert len(chosen) >= 200
    deliver_all(home, chosen)
    for command in (["run"], ["run"], ["rebuild"]):
        status, output, most_mb = measured(home, *command)
        assert (status, "Traceback" in output) == (0, False), output
        print(f"{command}: {most_mb} MB")
        assert most_mb < MOST_MB, command
        with duckdb.connect(str(home.published), read_only=True) as connection:
            assert connection.execute(PUBLISHED).fetchall() == [(GOOD,)]
        assert {path.name for path in home.inbox.iterdir()} == {one.name for one in chosen if one.outcome == "left"}


def measured(home: Home, *arguments: str) -> tuple[int, str, int]:
    """A command's exit status, what it printed, and the most memory that it and its children held together (MB)."""
    moment = environment(home, WERKMONITOR_NOW=NOW.isoformat())
    command = [str(WERKMONITOR), *arguments]
    process = subprocess.Popen(command, env=moment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    most, is_over = [0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.1):
            most.append(sum(map(_kilobytes, [process.pid, *_descendants(process.pid)])))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    is_over.set()
    watcher.join()
    return process.returncode, output, max(most) >> 10


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            children = [int(child) for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
            found += [*children, *(deeper for child in children for deeper in _descendants(child))]
    return found


def _kilobytes(pid: int) -> int:
    """What a process holds in memory; pages that it shares with others count for their part."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0
