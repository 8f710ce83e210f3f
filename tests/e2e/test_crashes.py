"""Whatever happens to a run, the published file is whole, who reads it notices nothing, and the next run completes.

The tests go through one home, in this order.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.ledger import receipts
from tests.support.commands import (
    CONSISTENT,
    FORKSERVER,
    deliver,
    deliver_sample,
    published_marts,
    sample_contents,
    start_untested,
)
from tests.support.commands import werkmonitor_here as here

QUARTER = "2024-Q4"
# after which line of its output a run is killed, and within how many seconds of it at most
KILLS = [
    ("", 0.5),
    ("Leveringen lezen", 1.5),
    ("Cijfers berekenen", 5),
    ("Publicatie klaarzetten", 0.5),
    ("Publicatie toetsen", 0.7),
]


@pytest.fixture(scope="module")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of this module, in which dbt has yet to parse the project."""
    return Home(tmp_path_factory.mktemp("bare") / "home").create()


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """What was delivered, by file name, as the tests go on."""
    return {}


@pytest.fixture(scope="module")
def reader(bare_home: Home) -> Iterator[Reader]:
    """Another process that goes on reading the published file, from the first test that asks for it."""
    reader = Reader(bare_home.published)
    yield reader
    reader.process.kill()


class Reader:
    """What reads, and what it has seen."""

    def __init__(self, published: Path) -> None:
        self.stop, self.problems, self.seen = FORKSERVER.Event(), FORKSERVER.Queue(), FORKSERVER.Queue()
        arguments = (str(published), self.stop, self.problems, self.seen)
        self.process = FORKSERVER.Process(target=keep_reading, args=arguments)
        self.process.start()


def keep_reading(path: str, stop: Any, problems: Any, seen: Any) -> None:
    """Hold one connection open and query it; after a second of that look at the file of that moment."""
    states: list[int] = []
    last = False
    try:
        while not last:
            last = stop.is_set()
            with duckdb.connect(path, read_only=True) as connection:
                first = connection.execute(CONSISTENT).fetchone()
                for _ in range(0 if last else 10):
                    assert connection.execute(CONSISTENT).fetchone() == first
                    time.sleep(0.1)  # leave the run some of the machine
            assert first is not None and first[1] == first[2], first
            states.append(int(first[0]))
    except Exception as problem:
        problems.put(repr(problem))
    seen.put(states)


def read_state(path: Path) -> int:
    """Deliveries in force, from a file whose marts agree with each other."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(CONSISTENT).fetchone()
    assert found is not None
    deliveries, national, organisations = found
    assert national == organisations
    return int(deliveries)


def test_two_first_runs_at_once_wait_for_each_other_and_both_succeed(bare_home: Home, files: dict[str, str]) -> None:
    delivered = deliver_sample(bare_home, [QUARTER], 2)
    files |= {path.name: path.read_text(encoding="utf-8") for path in delivered}
    runs = [start_untested(bare_home, "run") for _ in range(2)]
    outputs = [run.wait() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    assert any("Wacht op" in output for output in outputs)
    assert read_state(bare_home.published) == 2


@pytest.mark.parametrize("number", range(len(KILLS)))
def test_a_run_killed_at_any_stage_leaves_the_old_or_the_new_file(
    bare_home: Home, files: dict[str, str], reader: Reader, number: int
) -> None:
    stage, within = KILLS[number]
    before = read_state(bare_home.published)
    name, content = sample_contents()[number]
    files[name] = content
    deliver(bare_home, content, name)
    run = start_untested(bare_home, "run")
    run.wait_for(stage)
    time.sleep(random.Random(number).uniform(0, within))
    run.kill()
    after = read_state(bare_home.published)
    assert after in (before, len(files))
    assert after >= before


def test_ctrl_c_in_mid_build_publishes_nothing_and_says_so_in_plain_dutch(bare_home: Home, reader: Reader) -> None:
    before = bare_home.published.read_bytes()
    run = start_untested(bare_home, "run")
    run.wait_for("Cijfers berekenen")
    time.sleep(2)  # by then dbt is at it
    run.interrupt()
    output = run.wait()
    assert run.returncode == 1, output
    assert output.splitlines()[-1] == "Afgebroken; er is niets nieuws gepubliceerd. Begin gerust opnieuw."
    assert "Traceback" not in output
    assert bare_home.published.read_bytes() == before


def test_status_works_while_a_run_is_going_on_and_that_run_completes(
    bare_home: Home, files: dict[str, str], reader: Reader
) -> None:
    run = start_untested(bare_home, "run")
    while run.poll() is None and "Bezig: quarterly_run" not in here(bare_home, "status"):
        time.sleep(0.1)
    assert run.poll() is None, "the run was over before status saw it"
    run.wait()
    assert run.returncode == 0, run.output()
    assert read_state(bare_home.published) == len(files) == 2 + len(KILLS)
    assert len(receipts.read(bare_home.receipts).received) == len(files)


def test_a_home_where_nothing_was_killed_publishes_the_same(
    bare_home: Home, files: dict[str, str], ready_home: Home
) -> None:
    for name, content in files.items():
        deliver(ready_home, content, name)
    start_untested(ready_home, "run").end_well()
    assert published_marts(bare_home.published) == published_marts(ready_home.published)


def test_who_kept_reading_saw_no_error_and_no_half_built_state(files: dict[str, str], reader: Reader) -> None:
    reader.stop.set()
    states = reader.seen.get(timeout=60)
    reader.process.join(60)
    assert reader.problems.empty(), reader.problems.get()
    assert states == sorted(states)
    assert {2, len(files)} <= set(states)
