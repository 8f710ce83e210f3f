"""When the schedules tick, and on which ticks they ask for a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import duckdb
import pytest
from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    RunRequest,
    ScheduleDefinition,
    SkipReason,
    build_schedule_context,
)
from dagster._core.storage.tags import PARTITION_NAME_TAG
from dagster._utils.schedules import schedule_execution_time_iterator

from orchestration.definitions.jobs import QUARTERLY_RUN, jobs, schedules
from orchestration.home.paths import Home
from orchestration.home.settings import AMSTERDAM

# in 2025 the clocks go forward on 30 March and back on 26 October
FROM, TO = datetime(2025, 1, 1, tzinfo=AMSTERDAM), datetime(2026, 1, 1, tzinfo=AMSTERDAM)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterInstance]:
    """One for all: every test has its own quarters."""
    with DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as one:
        yield one


def schedule(home: Home, name: str) -> ScheduleDefinition:
    return next(one for one in schedules(home, jobs()) if one.name == name)


def ticks(one: ScheduleDefinition) -> list[datetime]:
    found = schedule_execution_time_iterator(FROM.timestamp(), str(one.cron_schedule), one.execution_timezone)
    return list(takewhile(lambda moment: moment < TO, found))


def evaluate(one: ScheduleDefinition, instance: DagsterInstance, moment: datetime) -> RunRequest | SkipReason:
    answer = one(build_schedule_context(instance=instance, scheduled_execution_time=moment))
    assert isinstance(answer, RunRequest | SkipReason)
    return answer


def ran(instance: DagsterInstance, quarter: str, status: DagsterRunStatus = DagsterRunStatus.SUCCESS) -> None:
    """Put a run in the instance; it counts as made now, so after every deadline of the test."""
    instance.add_run(DagsterRun(job_name=QUARTERLY_RUN, tags={PARTITION_NAME_TAG: quarter}, status=status))


@pytest.mark.parametrize(("name", "hour"), [("after_the_deadline", 6), ("when_the_year_is_complete", 7)])
def test_it_ticks_every_morning_at_the_same_hour_in_amsterdam_whatever_the_clocks_do(
    home: Home, name: str, hour: int
) -> None:
    found = ticks(schedule(home, name))
    assert [moment.astimezone(AMSTERDAM).hour for moment in found] == [hour] * 365
    assert {moment.astimezone(AMSTERDAM).date() for moment in found} == {
        FROM.date() + timedelta(days) for days in range(365)
    }
    utc = {moment.date(): moment.astimezone(UTC).hour for moment in found}
    changes = [utc[date(2025, 3, 29)], utc[date(2025, 3, 30)], utc[date(2025, 10, 25)], utc[date(2025, 10, 26)]]
    assert changes == [hour - 1, hour - 2, hour - 2, hour - 1]


def test_over_a_year_each_quarter_is_asked_for_once_the_morning_after_its_deadline(
    home: Home, instance: DagsterInstance
) -> None:
    one = schedule(home, "after_the_deadline")
    ran(instance, "2024-Q3")
    asked = {}
    around_a_deadline = (1, 2, 3, 15, 29, 30, 31)  # of a month: opening the instance takes a tenth of a second
    for moment in (moment for moment in ticks(one) if moment.day in around_a_deadline):
        answer = evaluate(one, instance, moment)
        if isinstance(answer, RunRequest):
            asked[moment.astimezone(AMSTERDAM).date().isoformat()] = answer.partition_key
            ran(instance, str(answer.partition_key))
    assert asked == {
        "2025-02-01": "2024-Q4",
        "2025-05-01": "2025-Q1",
        "2025-08-01": "2025-Q2",
        "2025-11-01": "2025-Q3",
    }


def test_a_machine_that_was_off_catches_up_and_a_failed_run_is_asked_for_again_the_next_morning(
    home: Home, instance: DagsterInstance
) -> None:
    one = schedule(home, "after_the_deadline")
    late = datetime(2026, 6, 20, 6, tzinfo=AMSTERDAM)
    ran(instance, "2026-Q1", DagsterRunStatus.FAILURE)
    assert isinstance(evaluate(one, instance, late), RunRequest)
    ran(instance, "2026-Q1", DagsterRunStatus.STARTED)
    assert isinstance(evaluate(one, instance, late + timedelta(days=1)), SkipReason)


def test_a_home_may_bring_its_own_deadlines(home: Home, instance: DagsterInstance) -> None:
    home.reference.mkdir()
    own = "quarter,first_day,last_day,deadline\n2024-Q2,2024-04-01,2024-06-30,2024-08-31\n"  # a month later than ours
    (home.reference / "quarters.csv").write_text(own, encoding="utf-8")
    one = schedule(home, "after_the_deadline")
    moments = (datetime(2024, 8, 31, 6, tzinfo=AMSTERDAM), datetime(2024, 9, 1, 6, tzinfo=AMSTERDAM))
    answers = [evaluate(one, instance, moment) for moment in moments]
    assert [answer.partition_key for answer in answers if isinstance(answer, RunRequest)] == ["2024-Q1", "2024-Q2"]


@pytest.mark.parametrize(
    ("period_status", "year_status", "asks"),
    [
        ("complete", "open", True),
        ("provisional", "open", False),
        ("complete", "closed", False),
        ("complete", "revised", False),
    ],
)
def test_a_year_is_closed_by_itself_when_it_is_complete_and_was_never_closed(
    home: Home, instance: DagsterInstance, period_status: str, year_status: str, asks: bool
) -> None:
    publish_years(home.published, period_status, year_status)
    one = schedule(home, "when_the_year_is_complete")
    mornings = [
        datetime(2025, 1, 31, 7, tzinfo=AMSTERDAM),
        *(datetime(2025, month, 1, 7, tzinfo=AMSTERDAM) for month in (2, 6)),
    ]
    answers = [evaluate(one, instance, morning) for morning in mornings]
    partitions = [answer.partition_key if isinstance(answer, RunRequest) else None for answer in answers]
    assert partitions == [None, *(["2024", "2024"] if asks else [None, None])]


def test_no_year_is_closed_before_anything_is_published(home: Home, instance: DagsterInstance) -> None:
    one = schedule(home, "when_the_year_is_complete")
    assert isinstance(evaluate(one, instance, datetime(2025, 2, 1, 7, tzinfo=AMSTERDAM)), SkipReason)


def publish_years(path: Path, period_status: str, year_status: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.national_annual as select '2024' as period, $1 as period_status, $2 as year_status",
            [period_status, year_status],
        )
