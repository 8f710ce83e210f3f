"""Dagster's event log in SQLite, with its connections kept open.

Dagster opens and closes a database for every event, and closing the last connection flushes to disk several times;
each time it asks the database anew which tables and columns it has. A run of some hundred dbt nodes then spends more
time on its log than on its numbers. Named in the home's dagster.yaml.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, CursorResult, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

MOST_KEPT = 8  # databases; there is one per run, and a web server looks at many
BUSY_SECONDS = 60


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """As its parent, but a database stays connected until eight others have been used since."""

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
        with self.one_transaction():
            super().store_event(event)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Write what a run plans, some hundred events that Dagster hands over at once, in one transaction each."""
        with self.one_transaction():
            super().store_event_batch(events)

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
    def one_transaction(self) -> Iterator[dict[str, Connection]]:
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
        with self.one_transaction() as spanned:
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
