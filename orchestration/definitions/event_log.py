"""Dagster's event log in SQLite, with its connections kept open.

Dagster opens and closes a database for every event, and closing the last connection flushes to disk several times: a
run of some hundred dbt nodes then spends more time on its log than on its numbers. Named in the home's dagster.yaml.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

MOST_KEPT = 8  # databases; there is one per run, and a web server looks at many
BUSY_SECONDS = 60


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """As its parent, but a database stays connected until eight others have been used since."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> KeptSqliteEventLogStorage:
        """Called for what dagster.yaml names; the parent's would make a parent."""
        return cls(inst_data=inst_data, **config_value)

    @cached_property
    def _kept(self) -> OrderedDict[str, Engine]:
        return OrderedDict()

    @cached_property
    def _seen(self) -> set[str]:
        return set()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if shard not in self._initialized_dbs:
            with super()._connect(shard):
                pass  # makes the database where needed
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Asked for every asset check: a table that was once there still is."""
        if table_name not in self._seen and super().has_table(table_name):
            self._seen.add(table_name)
        return table_name in self._seen

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


def _open(address: str) -> Engine:
    # one connection, used under the storage's own lock, so by one thread at a time
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(address, poolclass=StaticPool, connect_args=arguments)

    @event.listens_for(engine, "connect")
    def flush_less(connection: Any, _record: Any) -> None:
        # with a write-ahead log this is safe against a crash; only a power cut can lose the last events
        connection.execute("pragma synchronous = normal")

    return engine
