"""What the daemon keeps an eye on: the inbox, dead runs, failed runs, stale figures."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    RunRequest,
    RunsFilter,
    SensorResult,
    SkipReason,
    build_sensor_context,
    job,
    op,
)
from dagster._core.storage.tags import RUN_FAILURE_REASON_TAG

from orchestration.definitions.jobs import jobs
from orchestration.definitions.sensors import sensors
from orchestration.home.paths import Home
from orchestration.ledger import archive
from orchestration.publishing import published_file
from orchestration.running import failures
from orchestration.running.instance import end_dead_runs, live, living
from tests.support.commands import deliver

Sleep = Callable[[float], None]


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as one:
        yield one


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the sensor waited, without waiting."""
    monkeypatch.delenv("WERKMONITOR_SETTLE_SECONDS")
    seconds: list[float] = []
    monkeypatch.setattr(archive.time, "sleep", seconds.append)
    return seconds


def look(home: Home, instance: DagsterInstance, name: str, cursor: str | None = None) -> object:
    """Let one sensor look."""
    one = next(sensor for sensor in sensors(home, jobs()[0]) if sensor.name == name)
    return one(build_sensor_context(instance=instance, cursor=cursor))


def request(answer: object) -> RunRequest:
    assert isinstance(answer, RunRequest)
    return answer


def add_run(instance: DagsterInstance, status: DagsterRunStatus, **tags: str) -> DagsterRun:
    return instance.add_run(DagsterRun(job_name="quarterly_run", status=status, tags=tags))


def test_an_empty_inbox_asks_for_nothing(home: Home, instance: DagsterInstance, waits: list[float]) -> None:
    assert isinstance(look(home, instance, "inbox"), SkipReason)
    assert waits == []


def test_however_many_files_ask_for_one_run_after_ten_seconds(
    home: Home, instance: DagsterInstance, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WERKMONITOR_NOW", "2025-05-06T12:00")
    for number in range(3):
        deliver(home, "inhoud", f"{number}.csv")
    asked = request(look(home, instance, "inbox"))
    assert asked.partition_key == "2025-Q1"
    assert len(asked.run_config["ops"]["landing"]["config"]["only"]) == 3
    assert waits == [10]


def test_a_file_that_is_still_being_written_is_left_for_the_next_time(
    home: Home, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(home, "heel", "heel.csv")
    growing = deliver(home, "half", "groeit.csv")
    monkeypatch.setattr(archive.time, "sleep", lambda _: growing.write_text("half en half"))
    only = request(look(home, instance, "inbox")).run_config["ops"]["landing"]["config"]["only"]
    taken = archive.receive(home, datetime(2025, 5, 6, tzinfo=UTC), only)
    assert [receipt.file_name for receipt in taken] == ["heel.csv"]
    assert [path.name for path in archive.inbox_files(home)] == ["groeit.csv"]


def test_a_file_that_changes_keeping_its_size_and_time_is_seen_all_the_same(
    home: Home, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deliver(home, "een", "een.csv", modified=1_700_000_000)

    def rewrite(_: float) -> None:
        path.write_text("two")
        os.utime(path, (1_700_000_000, 1_700_000_000))

    monkeypatch.setattr(archive.time, "sleep", rewrite)
    assert isinstance(look(home, instance, "inbox"), SkipReason)


@pytest.mark.parametrize("status", [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED])
def test_nothing_is_asked_for_while_a_run_is_queued_or_going_on(
    home: Home, instance: DagsterInstance, waits: list[float], status: DagsterRunStatus
) -> None:
    deliver(home, "inhoud", "een.csv")
    add_run(instance, status)
    assert isinstance(look(home, instance, "inbox"), SkipReason)
    assert waits == []


def test_the_same_files_carry_the_same_key_and_other_ones_another(
    home: Home, instance: DagsterInstance, waits: list[float]
) -> None:
    deliver(home, "inhoud", "een.csv")
    keys = [request(look(home, instance, "inbox")).run_key for _ in range(2)]
    deliver(home, "inhoud", "twee.csv")
    keys.append(request(look(home, instance, "inbox")).run_key)
    assert keys[0] == keys[1] != keys[2]


def test_what_a_crash_left_landed_but_unpublished_asks_for_a_run_but_not_what_a_step_refused(
    home: Home, instance: DagsterInstance, waits: list[float]
) -> None:
    home.receipts.write_text("{}\n")
    assert request(look(home, instance, "inbox")).run_config["ops"]["landing"]["config"]["only"] == []
    add_run(instance, DagsterRunStatus.FAILURE, **{RUN_FAILURE_REASON_TAG: "STEP_FAILURE"})
    assert isinstance(look(home, instance, "inbox"), SkipReason)
    add_run(instance, DagsterRunStatus.FAILURE, **{RUN_FAILURE_REASON_TAG: "UNKNOWN"})
    assert isinstance(look(home, instance, "inbox"), RunRequest)
    release(home)
    assert isinstance(look(home, instance, "inbox"), SkipReason)


@pytest.mark.parametrize("hours", [-1, 1])
def test_what_a_crash_left_unpublished_is_seen_also_when_the_clock_has_jumped_since_the_publication(
    home: Home, instance: DagsterInstance, waits: list[float], hours: int
) -> None:
    home.receipts.write_text("{}\n")
    release(home)
    moment = home.published.stat().st_mtime + 3600 * hours
    home.receipts.write_text("{}\n{}\n")
    os.utime(home.receipts, (moment, moment))
    assert isinstance(look(home, instance, "inbox"), RunRequest)


def release(home: Home) -> None:
    """Publish, whatever it is."""
    (home.published.parent / ".approved-1.duckdb").write_text("")
    published_file.release(home)


HOLD = "import sys, time; from pathlib import Path; from orchestration.home.paths import Home"
HOLD += "; from orchestration.running.instance import live; live(Home(Path(sys.argv[1])), sys.argv[2])"
HOLD += "; print('held', flush=True); time.sleep(600)"


def test_a_run_whose_process_is_killed_is_written_down_as_failed_and_told(
    home: Home, instance: DagsterInstance
) -> None:
    run = add_run(instance, DagsterRunStatus.STARTED)
    command = [sys.executable, "-c", HOLD, str(home.root), run.run_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"held\n"
        assert end_dead_runs(home, instance) == []
        process.kill()
    look(home, instance, "dead_runs")
    assert instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.FAILURE]))[0].run_id == run.run_id
    failures.tell(home, instance, run.run_id)
    failures.tell(home, instance, run.run_id)
    told = (home.logs / "notices.log").read_text(encoding="utf-8")
    assert told.count("quarterly_run is mislukt") == 1 and "Het proces van deze run is weg" in told


def test_a_living_run_is_left_alone_and_its_lock_goes_with_it(home: Home, instance: DagsterInstance) -> None:
    run = add_run(instance, DagsterRunStatus.STARTED)
    with living(home, run.run_id):
        live(home, run.run_id)  # what the resource of its steps does
        assert end_dead_runs(home, instance) == []
    assert list((home.dagster / "alive").iterdir()) == []


@pytest.mark.parametrize("status", [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTED])
def test_a_run_whose_end_could_not_be_written_down_is_found_dead_at_once(
    home: Home, instance: DagsterInstance, status: DagsterRunStatus
) -> None:
    run = add_run(instance, status)
    with pytest.raises(OSError), living(home, run.run_id):
        raise OSError("No space left on device")
    assert [one.run_id for one in end_dead_runs(home, instance)] == [run.run_id]


def test_a_run_that_waits_for_the_daemon_is_left_alone(home: Home, instance: DagsterInstance) -> None:
    add_run(instance, DagsterRunStatus.NOT_STARTED)
    assert end_dead_runs(home, instance) == []


@job
def breaking_job() -> None:
    @op
    def breaking() -> None:
        raise ValueError("de schijf is vol")

    breaking()


def test_a_failed_run_is_told_once_with_its_own_reason(home: Home, instance: DagsterInstance) -> None:
    result = breaking_job.execute_in_process(instance=instance, raise_on_error=False)
    for _ in range(2):
        failures.tell(home, instance, result.run_id)
    told = (home.logs / "notices.log").read_text(encoding="utf-8")
    assert told.count("breaking_job is mislukt\n  ValueError: de schijf is vol\n") == 1
    assert told.count("mislukt") == 1


def test_a_run_that_is_executed_again_and_fails_again_is_told_again(home: Home, instance: DagsterInstance) -> None:
    first = breaking_job.execute_in_process(instance=instance, raise_on_error=False)
    failures.tell(home, instance, first.run_id)
    travelling = {key: value for key, value in instance.get_runs()[0].tags.items() if key == failures.TOLD}
    again = breaking_job.execute_in_process(instance=instance, raise_on_error=False, tags=travelling)
    failures.tell(home, instance, again.run_id)
    assert (home.logs / "notices.log").read_text(encoding="utf-8").count("breaking_job is mislukt") == 2


def test_a_run_that_dagster_was_first_to_find_dead_is_told_of_in_dutch(home: Home, instance: DagsterInstance) -> None:
    run = add_run(instance, DagsterRunStatus.STARTED)
    instance.report_run_failed(run)  # as its server of run processes does
    failures.tell(home, instance, run.run_id)
    assert f"  {failures.GONE}\n" in (home.logs / "notices.log").read_text(encoding="utf-8")


def publish(path: Path, built_at: datetime) -> None:
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.published_state as select $1::timestamp as built_at", [built_at])


def test_stale_figures_fail_the_check_and_are_told_once_per_quarter(
    home: Home, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WERKMONITOR_NOW", "2025-05-06T12:00")
    publish(home.published, datetime(2025, 4, 30, 12))
    stale = look(home, instance, "stale_figures")
    assert isinstance(stale, SensorResult)
    assert [evaluation.passed for evaluation in stale.asset_events] == [False]
    look(home, instance, "stale_figures", cursor=stale.cursor)
    told = (home.logs / "notices.log").read_text(encoding="utf-8")
    assert told.count("verouderd") == 1 and "2025-Q1" in told
    publish(home.published, datetime(2025, 4, 30, 22, 30))  # UTC: in Amsterdam it is the first of May
    fresh = look(home, instance, "stale_figures", cursor=stale.cursor)
    assert isinstance(fresh, SensorResult)
    assert [evaluation.passed for evaluation in fresh.asset_events] == [True]
