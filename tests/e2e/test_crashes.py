"""Whatever happens to a run, the published file is whole and the next run completes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.landing import receipts
from tests.support.commands import (
    CONSISTENT,
    deliver,
    deliver_sample,
    published_marts,
    sample_contents,
    start,
    werkmonitor,
)

QUARTER = "2024-Q4"


def read_state(path: Path) -> int:
    """Deliveries in force, from a file whose marts agree with each other."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(CONSISTENT).fetchone()
    assert found is not None
    deliveries, national, organisations = found
    assert national == organisations
    return int(deliveries)


def test_ten_kills_at_random_moments_leave_the_old_or_the_new_file_and_the_next_run_completes(home: Home) -> None:
    moments = random.Random(20240331)
    files = {path.name: path.read_text(encoding="utf-8") for path in deliver_sample(home, [QUARTER], 2)}
    started = time.monotonic()
    werkmonitor(home, "run")
    duration = time.monotonic() - started
    in_force = read_state(home.published)
    for number, (name, content) in enumerate(sample_contents()[:10], 1):
        files[name] = content
        deliver(home, content, name)
        kill_after(home, moments.uniform(0, duration))
        now_in_force = read_state(home.published)
        assert in_force <= now_in_force <= 2 + number
        in_force = now_in_force
    werkmonitor(home, "run")
    assert read_state(home.published) == 12
    assert len(receipts.read(home.receipts).received) == 12
    assert published_marts(home.published) == clean_marts(home, files)


def kill_after(home: Home, seconds: float) -> None:
    """Start a run and kill it, with no chance to clean up."""
    process = start(home, "run")
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()


def clean_marts(home: Home, files: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """What a home that never crashed publishes of the same deliveries."""
    clean = Home(home.root.with_name("clean")).create()
    for name, content in files.items():
        deliver(clean, content, name)
    werkmonitor(clean, "run")
    return published_marts(clean.published)


def test_two_runs_at_once_wait_for_each_other_and_both_succeed(home: Home) -> None:
    deliver_sample(home, [QUARTER], 2)
    processes = [start(home, "run") for _ in range(2)]
    outputs = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert any("Wacht op" in output for output in outputs)
    assert read_state(home.published) == 2


def test_status_works_while_a_run_is_going_on(home: Home) -> None:
    deliver_sample(home, [QUARTER], 2)
    werkmonitor(home, "run")
    process = start(home, "run")
    while process.poll() is None and "Bezig: quarterly_run" not in werkmonitor(home, "status"):
        time.sleep(0.2)
    assert process.poll() is None, "the run was over before status saw it"
    process.communicate(timeout=300)
