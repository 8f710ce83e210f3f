"""The home's own Dagster instance (runs and events in home/dagster), and which of its runs still live.

A process that is killed cannot write down that its run ended. So each run holds a file lock for as long as its process
lives; a run that is said to be going on while nobody holds its lock is dead, and is written down as failed.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunRecord, RunsFilter

from orchestration.home.aside import set_aside
from orchestration.home.escaping import shown
from orchestration.home.lock import program_locking
from orchestration.home.paths import Home
from orchestration.running.failures import GONE

log = logging.getLogger(__name__)
CONFIG = """\
# Written by werkmonitor at every start; changes made here do not last.
telemetry:
  enabled: false
nux:
  enabled: false
run_storage:
  module: orchestration.running.dagster_private
  class: PatientSqliteRunStorage
  config:
    base_dir:
      env: DAGSTER_HISTORY
event_log_storage:
  module: orchestration.running.dagster_private
  class: KeptSqliteEventLogStorage
  config:
    base_dir:
      env: DAGSTER_EVENT_LOG
# one run writes and one waits for the home's claim; the others wait in Dagster's queue, not as processes
concurrency:
  runs:
    max_concurrent_runs: 2
# a run whose process died is tried again; one whose step failed waits for a person
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
run_monitoring:
  enabled: true
  start_timeout_seconds: 600
  cancel_timeout_seconds: 180
python_logs:
  managed_python_loggers: [orchestration]
  python_log_level: INFO
retention:
  sensor:
    purge_after_days: {skipped: 7, failure: 90, success: 365}
  schedule:
    purge_after_days: {skipped: 90, failure: 365, success: 365}
"""
# what the definitions are called in Dagster, and the module that a process of its own finds them in
LOCATION, LOCATION_MODULE = "werkmonitor", "orchestration.definitions.location"
SECONDS_TO_BEGIN = 60  # between a run's start and the moment at which it holds its lock
DATABASES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
SECONDS_HELD = 180  # that another program may hold one of them
_held: dict[str, IO[str]] = {}


class DatabaseHeld(OSError):
    """Another program holds a database of Dagster's; the message says, in Dutch, which."""


def open_instance(home: Home) -> DagsterInstance:
    """The instance of this home; made when it is not there yet, by one process at a time."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DAGSTER_HISTORY"] = str(home.dagster / "history")
    os.environ["DAGSTER_EVENT_LOG"] = str(home.dagster / "history" / "runs")
    with (home.dagster / ".opening").open("w", encoding="utf-8") as opening:
        fcntl.flock(opening, fcntl.LOCK_EX)
        _write_where_different(home.dagster / "dagster.yaml", CONFIG)
        _wait_for_databases(home)
        if broken := _broken(home):
            forget_history(home, broken)
        instance = DagsterInstance.from_config(str(home.dagster))
        instance.get_runs_count()  # opens, and where needed makes, the databases
        instance.all_asset_keys()
        return instance


def _wait_for_databases(home: Home) -> None:
    """Wait, and say for what, while another program holds one of Dagster's databases: a backup, a second Dagster.

    Raises:
        DatabaseHeld: it still does after some minutes.
    """
    for path in (home.dagster / name for name in DATABASES):
        deadline, said = time.monotonic() + SECONDS_HELD, False
        while path.exists() and _is_held(path):
            who = f"{program_locking(path, path.with_name(path.name + '-shm'))} houdt {shown(str(path))} vast"
            if time.monotonic() > deadline:
                raise DatabaseHeld(f"{who}. Begin opnieuw als dat klaar is.")
            if not said:
                log.info("Wacht: %s (een back-up?)", who)
            said = True


def _is_held(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("begin immediate")
            connection.execute("rollback")
        except sqlite3.OperationalError as problem:
            return "locked" in str(problem)  # anything else shows itself when Dagster opens it
        except sqlite3.DatabaseError:
            return False
    return False


def _broken(home: Home) -> str:
    """What is wrong with a database that is none any more; '' when nothing shows at first sight."""
    for path in (home.dagster / name for name in DATABASES):
        try:
            if path.exists():
                with closing(sqlite3.connect(path)) as connection:
                    connection.execute("select count(*) from sqlite_master").fetchall()
        except sqlite3.OperationalError:
            continue  # held, or not ours to open: shows itself when Dagster opens it
        except sqlite3.DatabaseError as problem:
            return f"{path.name}: {problem}"
    return ""


def forget_history(home: Home, why: str) -> None:
    """Set all of Dagster's databases aside, since they name each other's runs; nothing depends on what they hold."""
    for folder in sorted({(home.dagster / name).parent for name in DATABASES}):
        if folder.parent == home.dagster and folder.exists():
            set_aside(folder, why)


@contextmanager
def living(home: Home, run_id: str) -> Iterator[None]:
    """Hold a run's lock; for a run that ends before its process does.

    After a fault the file stays: a run whose end could not be written down (full disk) is then found dead at once.
    """
    live(home, run_id)
    try:
        yield
        _lock_path(home, run_id).unlink(missing_ok=True)
    finally:
        _held.pop(run_id).close()


def live(home: Home, run_id: str) -> None:
    """Hold a run's lock until this process ends, however it ends."""
    if run_id in _held:
        return
    path = _lock_path(home, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w", encoding="utf-8")
    fcntl.flock(file, fcntl.LOCK_EX)
    _held[run_id] = file


def end_dead_runs(home: Home, instance: DagsterInstance) -> list[DagsterRun]:
    """Write down as failed, and return, the runs whose process is gone."""
    # not started: a run of the command line may fall between being made and starting; the daemon's wait for the daemon
    begun = (DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING)
    dead = []
    for record in instance.get_run_records(RunsFilter(statuses=begun)):
        run = record.dagster_run
        if not _is_alive(home, record):
            instance.report_run_failed(run, GONE)
            _lock_path(home, run.run_id).unlink(missing_ok=True)
            dead.append(run)
    return dead


def _is_alive(home: Home, record: RunRecord) -> bool:
    path = _lock_path(home, record.dagster_run.run_id)
    if not path.exists():
        waits = record.dagster_run.status is DagsterRunStatus.NOT_STARTED
        since = record.start_time or record.create_timestamp.timestamp()
        return waits or abs(time.time() - since) < SECONDS_TO_BEGIN
    with path.open("r", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock_path(home: Home, run_id: str) -> Path:
    return home.dagster / "alive" / run_id


def _write_where_different(path: Path, content: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8")
