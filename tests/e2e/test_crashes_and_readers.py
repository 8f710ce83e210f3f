"""Whatever happens to a run, the published file is whole, and who reads it notices nothing."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import SAMPLE_DELIVERIES, Home
from tests.support.commands import deliver, deliver_sample, published_marts, start, werkmonitor

CONSISTENT = """
    select (select deliveries_in_force from marts.published_state),
           (select sum(clients_active) from marts.national_quarterly),
           (select sum(clients_active) from marts.organisation_quarterly)
"""
QUARTERS = ["2024-Q4", "2025-Q1"]


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
    deliver_sample(home, QUARTERS[:1], 2)
    started = time.monotonic()
    werkmonitor(home, "run")
    duration = time.monotonic() - started
    in_force = read_state(home.published)
    extra = sample_contents()[:10]
    for number, (name, content) in enumerate(extra, 1):
        deliver(home, content, name)
        kill_after(home, moments.uniform(0, duration))
        now_in_force = read_state(home.published)
        assert in_force <= now_in_force <= 2 + number
        in_force = now_in_force
    werkmonitor(home, "run")
    assert read_state(home.published) == 12
    assert published_marts(home.published) == clean_marts(home, extra)


def sample_contents() -> list[tuple[str, str]]:
    """Name and content of the sample's deliveries of one quarter."""
    paths = sorted((SAMPLE_DELIVERIES / "2025-Q1").glob("*.csv"))
    return [(path.name, path.read_text(encoding="utf-8")) for path in paths]


def kill_after(home: Home, seconds: float) -> None:
    """Start a run and kill it, with no chance to clean up."""
    process = start(home, "run")
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()


def clean_marts(home: Home, extra: list[tuple[str, str]]) -> dict[str, list[tuple[Any, ...]]]:
    """What a home that never crashed publishes of the same deliveries."""
    clean = Home(home.root.with_name("clean")).create()
    deliver_sample(clean, QUARTERS[:1], 2)
    for name, content in extra:
        deliver(clean, content, name)
    werkmonitor(clean, "run")
    return published_marts(clean.published)


def test_a_reader_in_a_loop_sees_no_error_and_no_half_built_state_during_ten_runs(home: Home) -> None:
    deliver_sample(home, QUARTERS[:1], 2)
    werkmonitor(home, "run")
    context = multiprocessing.get_context("spawn")
    stop, problems, seen = context.Event(), context.Queue(), context.Queue()
    reader = context.Process(target=keep_reading, args=(str(home.published), stop, problems, seen))
    reader.start()
    for name, content in sample_contents()[:10]:
        deliver(home, content, name)
        werkmonitor(home, "run")
    stop.set()
    states = seen.get(timeout=30)
    reader.join(30)
    assert problems.empty(), problems.get()
    assert states == sorted(states)
    assert {2, 12} <= set(states)


def keep_reading(path: str, stop: Any, problems: Any, seen: Any) -> None:
    """Hold one connection open and query it; after each hundred queries look at the file of that moment."""
    states: list[int] = []
    try:
        while not stop.is_set() or states[-1] < 12:
            with duckdb.connect(path, read_only=True) as connection:
                first = connection.execute(CONSISTENT).fetchone()
                for _ in range(100):
                    assert connection.execute(CONSISTENT).fetchone() == first
            assert first is not None and first[1] == first[2], first
            states.append(int(first[0]))
    except Exception as problem:
        problems.put(repr(problem))
    seen.put(states)


def test_two_runs_at_once_wait_for_each_other_and_both_succeed(home: Home) -> None:
    deliver_sample(home, QUARTERS[:1], 2)
    processes = [start(home, "run") for _ in range(2)]
    outputs = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert any("Wacht op" in output for output in outputs)
    assert read_state(home.published) == 2


def test_status_works_while_a_run_is_going_on(home: Home) -> None:
    deliver_sample(home, QUARTERS[:1], 2)
    werkmonitor(home, "run")
    process = start(home, "run")
    while process.poll() is None and "Bezig: quarterly_run" not in werkmonitor(home, "status"):
        time.sleep(0.2)
    assert process.poll() is None, "the run was over before status saw it"
    process.communicate(timeout=300)
