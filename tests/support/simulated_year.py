"""The life of one home at moments that a test chooses: what is sent, what Dagster is asked for, and what then runs.

In the place of Dagster's daemon: the real sensors and schedules look at a simulated moment, and what they ask for is
started in a process of its own, where the monitor and Dagster both believe it is that moment.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from random import Random
from unittest.mock import patch

import pytest
from dagster import DagsterInstance, RunRequest, build_schedule_context, build_sensor_context

from orchestration.definitions.jobs import ANNUAL_ROLLUP, QUARTERLY_RUN, jobs, schedules
from orchestration.definitions.sensors import sensors
from orchestration.home.paths import Home
from orchestration.home.settings import AMSTERDAM, Settings
from orchestration.ledger import archive
from tests.support.broken_files import good_rows, tidy_csv
from tests.support.commands import Running, deliver, leaving_out_data_tests
from tests.support.full_disk import fill_the_disk
from tests.support.oracle import Organisation
from tests.support.random_deliveries import standard_reference, to_organisations_csv

JOBS = {"inbox": QUARTERLY_RUN, "after_the_deadline": QUARTERLY_RUN, "when_the_year_is_complete": ANNUAL_ROLLUP}


class Year:
    """One home, and all that was ever sent to it, by file name."""

    def __init__(self, home: Home, instance: DagsterInstance, organisations: list[str]) -> None:
        self.home, self.instance = home, instance
        self.sent: dict[str, str] = {}
        self._asked: set[str | None] = set()
        names = [Organisation(one, f"Voorbeeldorganisatie {one[-3:]}", "2025-Q1", "") for one in organisations]
        home.reference.mkdir()
        (home.reference / "organisations.csv").write_text(to_organisations_csv(names), encoding="utf-8")

    def send(self, content: str, name: str, moment: datetime) -> None:
        """Put a delivery in the inbox."""
        assert name not in self.sent
        self.sent[name] = content
        deliver(self.home, content, name, modified=moment.timestamp())

    def look(self, name: str, moment: datetime) -> RunRequest | None:
        """Let a sensor or schedule look when the clock says so; what the daemon would start of what it asks for."""
        with pytest.MonkeyPatch.context() as context:
            context.setenv("WERKMONITOR_NOW", moment.isoformat())
            context.setattr(archive.time, "sleep", lambda _: None)
            answer = self._sensor(name) if name in ("inbox", "dead_runs") else self._schedule(name, moment)
        if not isinstance(answer, RunRequest):
            return None
        if name == "inbox":  # what carries the same key is not started twice; of a schedule, not on the same morning
            assert answer.run_key not in self._asked
            self._asked.add(answer.run_key)
        return answer

    def start(self, name: str, moment: datetime, disk_full_from: str = "") -> Running:
        """Start what a sensor or schedule must ask for; from this line of its output on, the disk is full."""
        request = self.look(name, moment)
        assert request is not None and request.partition_key is not None, f"{name} asks for nothing at {moment}"
        work = partial(do_run, self.home, JOBS[name], request.partition_key, request.run_config, disk_full_from)
        return at(moment, self.home, work)

    def run(self, name: str, moment: datetime) -> None:
        """As `start`, to its good end."""
        running = self.start(name, moment)
        running.wait()
        assert running.returncode == 0, running.output()

    def _sensor(self, name: str) -> object:
        one = next(sensor for sensor in sensors(self.home, jobs()[0]) if sensor.name == name)
        return one(build_sensor_context(instance=self.instance))

    def _schedule(self, name: str, moment: datetime) -> object:
        one = next(schedule for schedule in schedules(self.home, jobs()) if schedule.name == name)
        return one(build_schedule_context(instance=self.instance, scheduled_execution_time=moment))


def amsterdam(text: str) -> datetime:
    """A moment as a clock on the wall there shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def small_delivery(organisation: str, quarter: str, version: int = 1) -> str:
    """One region and one trajectory, of a size that changes a little with the quarter and with each version."""
    always, now = Random(organisation), Random(f"{organisation} {quarter}")
    region = always.choice(sorted(standard_reference().region_names)[:8])
    trajectory = always.choice(sorted(standard_reference().trajectory_names))
    times = now.randint(10, 14) + version
    rows = good_rows(organisation, quarter, [region], [trajectory])
    return tidy_csv([[*row[:-1], str(int(row[-1]) * times)] for row in rows])


def at(moment: datetime, home: Home, work: Callable[[], object]) -> Running:
    """Start work in a process for which it is that moment."""
    extra = {"WERKMONITOR_NOW": moment.isoformat(), "WERKMONITOR_RETRY_SECONDS": "0.01"}
    return Running(home, partial(leaving_out_data_tests, work), extra)


def do_run(home: Home, job: str, partition: str, config: Mapping[str, object], disk_full_from: str = "") -> None:
    """What that process does: one run, its lines on standard output."""
    from orchestration.definitions.execution import JobFailed, run_job

    log = logging.getLogger("orchestration")
    log.setLevel(logging.INFO)
    log.addHandler(logging.StreamHandler(sys.stdout))
    if disk_full_from:
        log.addHandler(_DiskFullFrom(disk_full_from))
    # the moment of a run's creation, which the schedules ask about
    with patch("dagster._time._mockable_get_current_datetime", Settings().moment):
        try:
            run_job(home, job, partition, config)
        except JobFailed as failure:
            sys.exit(str(failure))


class _DiskFullFrom(logging.Handler):
    """Fills the disk when a line is logged."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line

    def emit(self, record: logging.LogRecord) -> None:
        if self.line in record.getMessage():
            fill_the_disk()
