"""Eight people start a run at the same moment: they go one by one, each says for whom it waits, and all succeed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from dagster import DagsterRunStatus

from orchestration.home.paths import Home
from orchestration.ledger import receipts
from orchestration.running.instance import open_instance
from tests.support.commands import (
    Running,
    deliver,
    published_marts,
    sample_contents,
    start_untested,
)

pytestmark = pytest.mark.extra
EIGHT = 8


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """As many deliveries as runs."""
    return dict(sample_contents()[:EIGHT])


@pytest.fixture(scope="module")
def runs(shared_home: Home, files: dict[str, str]) -> list[Running]:
    """Eight runs started at once on a home where nothing ever ran, after their end."""
    for name, content in files.items():
        deliver(shared_home, content, name)
    started = [start_untested(shared_home, "run") for _ in range(EIGHT)]
    for one in started:
        one.wait()
    return started


def test_all_exit_0(runs: list[Running]) -> None:
    assert [one.returncode for one in runs] == [0] * EIGHT, [one.output() for one in runs]
    assert not any("Traceback" in one.output() for one in runs)


def test_seven_waited_and_said_for_whom(runs: list[Running]) -> None:
    waited = [line for one in runs for line in one.output().splitlines() if "Wacht op quarterly_run" in line]
    assert len(waited) == EIGHT - 1, [one.output() for one in runs]
    others = {str(one.pid) for one in runs}
    assert {line.split("(proces ")[1].split(",")[0] for line in waited} <= others


def test_eight_runs_succeeded_and_no_two_of_them_wrote_at_once(shared_home: Home, runs: list[Running]) -> None:
    with open_instance(shared_home) as instance:
        records = instance.get_run_records()
        assert [one.dagster_run.status for one in records] == [DagsterRunStatus.SUCCESS] * EIGHT
        # a run counts from its first step on: until then it waits
        stats = [instance.get_run_step_stats(one.dagster_run.run_id) for one in records]
    spans = sorted((min(step.start_time for step in run), max(step.end_time for step in run)) for run in stats)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans)), spans


def test_every_file_landed_once_and_the_marts_are_those_of_one_run(
    shared_home: Home, ready_home: Home, files: dict[str, str], runs: list[Running]
) -> None:
    ledger = receipts.read(shared_home.receipts)
    assert sorted(one.file_name for one in ledger.received.values()) == sorted(files)
    assert [one.status for one in ledger.judged.values()] == ["accepted"] * EIGHT
    for name, content in files.items():
        deliver(ready_home, content, name)
    start_untested(ready_home, "run").end_well()
    assert published_marts(shared_home.published) == published_marts(ready_home.published)
