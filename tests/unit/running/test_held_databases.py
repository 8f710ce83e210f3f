"""Another program holds one of Dagster's databases: waited for, by name, and told as what it is."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from orchestration.home.paths import Home
from orchestration.running import instance, recovery
from orchestration.running.instance import DATABASES, DatabaseHeld, open_instance

SPAWN = multiprocessing.get_context("spawn")


def hold(path: str, held: Any, seconds: float) -> None:
    """As a backup does: nobody writes meanwhile."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("begin immediate")
    held.set()
    time.sleep(seconds)
    connection.execute("rollback")


@contextmanager
def backup(home: Home, name: str, seconds: float) -> Iterator[int | None]:
    held = SPAWN.Event()
    process = SPAWN.Process(target=hold, args=(str(home.dagster / name), held, seconds))
    process.start()
    assert held.wait(60)
    try:
        yield process.pid
    finally:
        process.kill()
        process.join()


@pytest.fixture
def opened(home: Home) -> Home:
    open_instance(home).dispose()
    return home


@pytest.mark.parametrize("name", DATABASES)
def test_a_held_database_is_waited_for_and_the_program_named(
    opened: Home, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="orchestration")
    with backup(opened, name, seconds=3) as number:
        open_instance(opened).dispose()
    (line,) = [record.message for record in caplog.records if record.message.startswith("Wacht")]
    assert f"(proces {number}) houdt" in line and name in line


def test_who_waits_too_long_is_told_for_what(opened: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "SECONDS_HELD", 0)
    with backup(opened, DATABASES[0], seconds=60), pytest.raises(DatabaseHeld, match=r"houdt .*runs\.db vast"):
        open_instance(opened)


@pytest.mark.parametrize("name", ["o'brien", "a#b", "a%20b", 'a;"b', "sp é"])
def test_the_databases_stand_in_the_home_whatever_it_is_called(home: Home, name: str) -> None:
    odd = Home(home.root.with_name(name)).create()
    open_instance(odd).dispose()
    assert all((odd.dagster / path).exists() for path in DATABASES)
    assert {path.name for path in home.root.parent.iterdir()} == {"home", name}
    os.environ.pop("DAGSTER_HOME")


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("database is locked", "Een ander programma houdt"),
        ("database or disk is full", "De schijf is vol"),
        ("unable to open database file", "Kijk of die map bestaat"),
    ],
)
def test_what_to_do_follows_from_the_cause(reason: str, says: str) -> None:
    assert recovery.advice(reason).startswith(says)
