"""All that we use of Dagster's private parts, and of SQLAlchemy under them: no other module does (ruff holds that).

A new version may change any of it without a word: when the pins move, this is the module to read. Each use has its
reason beside it. Nothing here knows of deliveries or figures.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from dagster import DagsterInstance, EventLogEntry, JobDefinition
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.errors import (
    DagsterAssetCheckFailedError,
    DagsterUserCodeUnreachableError,
    raise_execution_interrupts,
)
from dagster._core.events import RunFailureReason
from dagster._core.execution.api import execute_run
from dagster._core.execution.execute_in_process import merge_run_tags
from dagster._core.execution.execution_result import ExecutionResult
from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    MAX_RETRIES_TAG,
    PARTITION_NAME_TAG,
    RETRY_STRATEGY_TAG,
    RUN_FAILURE_REASON_TAG,
    WILL_RETRY_TAG,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._grpc.client import DagsterGrpcClient
from dagster._serdes import ConfigurableClassData
from dagster._utils.warnings import suppress_dagster_warnings
from dagster_shared.error import SerializableErrorInfo
from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

__all__ = [
    # the names of the tags by which Dagster finds a run's partition, retries and reason: documented, but not exported
    "ASSET_PARTITION_RANGE_END_TAG",
    "MAX_RETRIES_TAG",
    "NOT_FINISHED_STATUSES",  # the statuses of a run that goes on: a list of our own would miss the next one
    "PARTITION_NAME_TAG",
    "RETRY_STRATEGY_TAG",
    "RUN_FAILURE_REASON_TAG",
    "STEP_FAILURE",
    "WILL_RETRY_TAG",
    "AssetJob",
    "DBAPIError",  # what a full disk under Dagster's databases raises, past Dagster
    "ExecutionResult",  # what a run in this process returns
    "KeptSqliteEventLogStorage",
    "PatientSqliteRunStorage",
    "SerializableErrorInfo",  # how an event holds what a step raised; only the type
    "code_server_answers",
    "execute_here",
    "interruptible_wait",
    "is_refused_by_a_check",
    "suppress_dagster_warnings",  # the backfill policy is called beta; the lock file pins what it does
    "was_interrupted",
]

AssetJob = UnresolvedAssetJobDefinition  # what the public define_asset_job returns
STEP_FAILURE = RunFailureReason.STEP_FAILURE.value

MOST_KEPT = 8  # databases; there is one per run, and a web server looks at many
BUSY_SECONDS = 60  # to wait for a backup, or a tool that looks into Dagster's databases


def _address(folder: str, name: str) -> str:
    return URL.create("sqlite", database=str(Path(folder).absolute() / f"{name}.db")).render_as_string()


# Dagster pastes the path into the address; SQLAlchemy then takes a % in it for something else
for _storage in (sqlite_run_storage, sqlite_schedule_storage, sqlite_event_log):
    setattr(_storage, "create_db_conn_string", _address)  # noqa: B010  it is no attribute for mypy


def execute_here(  # noqa: PLR0913  all that a run is
    instance: DagsterInstance,
    job: JobDefinition,
    *,
    location: tuple[str, str],
    run_id: str,
    partition_key: str,
    run_config: Mapping[str, Any],
    tags: Mapping[str, str],
) -> ExecutionResult:
    """As the public `job.execute_in_process`, with an origin: only then does the web interface draw a run or execute
    it again. `location`: the name of the code location, and the module that it loads."""
    name, module = location
    origin = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name=module), name)
    run = instance.create_run_for_job(
        job,
        run_id=run_id,
        run_config=dict(run_config),
        tags=merge_run_tags(job, partition_key, dict(tags), [], instance, dict(run_config)),
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(origin, SINGLETON_REPOSITORY_NAME), job.name),
    )
    return execute_run(InMemoryJob(job), run, instance, raise_on_error=False)


def was_interrupted(result: ExecutionResult) -> bool:
    """Whether somebody stopped the run: Dagster tells that from a failure only in the event that ends it."""
    ends = (ended.job_failure_data for ended in result.filter_events(lambda one: one.is_job_failure))
    return any(end.failure_reason is RunFailureReason.UNEXPECTED_TERMINATION for end in ends)


def is_refused_by_a_check(error: SerializableErrorInfo | None) -> bool:
    """Whether a step failed because a blocking check was not passed: told by the name of what it raised."""
    return error is not None and error.cls_name == DagsterAssetCheckFailedError.__name__


def interruptible_wait() -> AbstractContextManager[None]:
    """Within, Ctrl-C interrupts: Dagster holds signals up while it makes a resource, where a run waits its turn."""
    return raise_execution_interrupts()


def code_server_answers(socket: Path) -> bool:
    """Whether the code server on a socket is up; there is no public client of it."""
    try:
        DagsterGrpcClient(socket=str(socket)).ping("")
    except DagsterUserCodeUnreachableError:
        return False
    return True


class PatientSqliteRunStorage(SqliteRunStorage):
    """Dagster's table of runs, but a write waits for whoever holds the database, and not five seconds only.

    Named in the home's dagster.yaml, before the other two: so that their addresses are made here too.
    """

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> PatientSqliteRunStorage:
        """Called for what dagster.yaml names; the parent's would make a parent."""
        return cls.from_local(inst_data=inst_data, **config_value)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A transaction of its own, as the parent's."""
        engine = create_engine(self._conn_string, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
        with engine.begin() as connection:
            yield connection


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """Dagster's event log in SQLite, but a database stays connected until eight others have been used since.

    Dagster opens and closes a database for every event, and closing the last connection flushes to disk several
    times; each time it asks the database anew which tables and columns it has. A run of some hundred dbt nodes then
    spends more time on its log than on its numbers. Named in the home's dagster.yaml; measured in docs/decisions/0005.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._kept: OrderedDict[str, Engine] = OrderedDict()
        self._using = threading.RLock()
        self._spanned: dict[str, Connection] | None = None  # what the open transaction spans, if there is one
        self._transactions = ExitStack()
        self._there: set[tuple[str, str]] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> KeptSqliteEventLogStorage:
        """Called for what dagster.yaml names; the parent's would make a parent."""
        return cls(inst_data=inst_data, **config_value)

    def store_event(self, event: EventLogEntry) -> None:
        """Write an event to its run's database and, where it is about an asset, to the index: one transaction each."""
        with self._one_transaction():
            super().store_event(event)

    def prepare_insert_event(self, event: EventLogEntry) -> _Row:
        """The statement that writes an event, to be executed in its run's database and in the index."""
        return _Row(self._event_to_row(event))

    def has_table(self, table_name: str) -> bool:
        """Whether the index has this table."""
        return self._once_there("table", table_name, super().has_table)

    def has_secondary_index(self, name: str) -> bool:
        """Whether the index was brought up to date with this change of Dagster's."""
        return self._once_there("secondary index", name, super().has_secondary_index)

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        ask = super()._has_asset_key_col_on_connection
        return self._once_there("column", column_name, lambda name: ask(conn, name))

    def _once_there(self, kind: str, name: str, ask: Callable[[str], bool]) -> bool:
        """Asked for every event: what was once there still is."""
        if (kind, name) not in self._there and ask(name):
            self._there.add((kind, name))
        return (kind, name) in self._there

    @contextmanager
    def _one_transaction(self) -> Iterator[dict[str, Connection]]:
        """Write whatever this thread does within at its end, in one transaction of each database that it comes to."""
        with self._using:
            if self._spanned is not None:
                yield self._spanned
                return
            self._spanned = {}
            try:
                with ExitStack() as self._transactions:
                    yield self._spanned
            finally:
                self._spanned = None

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if shard not in self._initialized_dbs:
            with super()._connect(shard):
                pass  # makes the database where needed
        with self._one_transaction() as spanned:
            if shard not in spanned:
                spanned[shard] = self._transactions.enter_context(self._engine(shard).begin())
            yield spanned[shard]

    def _engine(self, shard: str) -> Engine:
        if shard not in self._kept:
            self._kept[shard] = _open(self.conn_string_for_shard(shard))
        self._kept.move_to_end(shard)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)[1].dispose()
        return self._kept[shard]

    def dispose(self) -> None:
        """Let go of every database."""
        while self._kept:
            self._kept.popitem()[1].dispose()
        super().dispose()


class _Row:
    """An event with the one statement that inserts any: one made for each would be taken in by SQLAlchemy each time."""

    INSERT = SqlEventLogStorageTable.insert()

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def _execute_on_connection(self, connection: Connection, _parameters: object, options: Any) -> CursorResult[Any]:
        return self.INSERT._execute_on_connection(connection, [self._values], options)


def _open(address: str) -> Engine:
    # one connection, used under the storage's own lock, so by one thread at a time
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(address, poolclass=StaticPool, connect_args=arguments)

    @event.listens_for(engine, "connect")
    def flush_less(connection: Any, _record: Any) -> None:
        # with a write-ahead log this is safe against a crash; only a power cut can lose the last events
        connection.execute("pragma synchronous = normal")

    return engine
