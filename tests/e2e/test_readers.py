"""Who reads the published file while runs go on notices nothing but newer numbers."""

from __future__ import annotations

import multiprocessing
import time
from typing import Any

import duckdb

from orchestration.home import Home
from tests.support.commands import CONSISTENT, deliver, deliver_sample, sample_contents, werkmonitor_here


def test_a_reader_in_a_loop_sees_no_error_and_no_half_built_state_during_ten_runs(home: Home) -> None:
    deliver_sample(home, ["2024-Q4"], 2)
    werkmonitor_here(home, "run")
    context = multiprocessing.get_context("spawn")
    stop, problems, seen = context.Event(), context.Queue(), context.Queue()
    reader = context.Process(target=keep_reading, args=(str(home.published), stop, problems, seen))
    reader.start()
    for name, content in sample_contents()[:10]:
        deliver(home, content, name)
        werkmonitor_here(home, "run")
    stop.set()
    states = seen.get(timeout=30)
    reader.join(30)
    assert problems.empty(), problems.get()
    assert states == sorted(states)
    assert {2, 12} <= set(states)


def keep_reading(path: str, stop: Any, problems: Any, seen: Any) -> None:
    """Hold one connection open and query it; after a second of them look at the file of that moment."""
    states: list[int] = []
    try:
        while not stop.is_set() or states[-1] < 12:
            with duckdb.connect(path, read_only=True) as connection:
                first = connection.execute(CONSISTENT).fetchone()
                for _ in range(20):
                    assert connection.execute(CONSISTENT).fetchone() == first
                    time.sleep(0.05)  # leave the run some of the machine
            assert first is not None and first[1] == first[2], first
            states.append(int(first[0]))
    except Exception as problem:
        problems.put(repr(problem))
    seen.put(states)
