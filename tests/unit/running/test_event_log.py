"""The event log's transactions: what one writer reports, and when another sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dagster import AssetKey, AssetMaterialization, DagsterInstance

from orchestration.home.paths import Home
from orchestration.running.instance import open_instance

MARTS = [AssetKey(name) for name in ("national_quarterly", "region_quarterly", "trajectory_quarterly")]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).create()


@pytest.fixture
def instance(home: Home) -> Iterator[DagsterInstance]:
    with open_instance(home) as instance:
        yield instance


def seen_by_others(home: Home) -> int:
    """How many materialisations another connection finds in the index."""
    with sqlite3.connect(home.dagster / "history" / "runs" / "index.db") as index:
        return int(index.execute("select count(*) from event_logs where asset_key is not null").fetchone()[0])


def report(instance: DagsterInstance) -> None:
    for mart in MARTS:
        instance.report_runless_asset_event(AssetMaterialization(mart))


def test_an_event_is_seen_as_soon_as_it_is_reported(home: Home, instance: DagsterInstance) -> None:
    instance.report_runless_asset_event(AssetMaterialization(MARTS[0]))
    assert seen_by_others(home) == 1


def test_threads_that_report_at_the_same_time_lose_nothing(home: Home, instance: DagsterInstance) -> None:
    def report_many(_number: int) -> None:
        report(instance)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(report_many, range(12)))
    assert seen_by_others(home) == 12 * len(MARTS)
