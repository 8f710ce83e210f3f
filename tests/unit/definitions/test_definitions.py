"""What Dagster sees: the assets, the jobs, the schedules and when they tick."""

from __future__ import annotations

from datetime import datetime

import pytest
from dagster import DagsterInstance, Definitions, RunRequest, SkipReason, build_schedule_context

from orchestration.definitions.definitions import build_definitions
from orchestration.definitions.execution import open_instance
from orchestration.home import Home
from orchestration.settings import AMSTERDAM


@pytest.fixture(scope="module")
def definitions(shared_home: Home) -> Definitions:
    return build_definitions(shared_home)


def test_lineage_runs_from_delivery_to_published_file(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    published = next(key for key in graph.get_all_asset_keys() if key.to_user_string() == "published/werkmonitor")
    upstream = {key.to_user_string() for key in graph.get_ancestor_asset_keys(published)}
    assert {"submissions/cells", "staging/stg_submissions__cells", "marts/national_annual"} <= upstream


def test_only_the_states_are_partitioned(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    partitioned = {key.to_user_string() for key in graph.get_all_asset_keys() if graph.get(key).partitions_def}
    assert partitioned == {"quarter_state", "year_state"}


def test_each_job_answers_for_a_quarter_or_a_year(definitions: Definitions) -> None:
    keys = {
        name: definitions.resolve_job_def(name).partitions_def.get_partition_keys()
        for name in ("quarterly_run", "annual_rollup")
    }
    assert keys["quarterly_run"][0] == "2022-Q4"
    assert keys["annual_rollup"][:2] == ["2022", "2023"]


def test_dbt_tests_and_the_outgoing_gate_are_blocking_checks(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {key.to_user_string() for key in graph.asset_check_keys}
    assert any("outgoing_gate" in check for check in checks)
    assert sum("marts" in check for check in checks) > 10


@pytest.mark.parametrize(
    ("schedule", "moment", "expected"),
    [
        ("after_the_deadline", datetime(2025, 5, 1, 6, tzinfo=AMSTERDAM), "2025-Q1"),
        ("after_the_deadline", datetime(2025, 4, 30, 6, tzinfo=AMSTERDAM), None),
        ("after_the_deadline", datetime(2025, 5, 2, 6, tzinfo=AMSTERDAM), None),
        ("after_the_year", datetime(2025, 2, 1, 7, tzinfo=AMSTERDAM), "2024"),
        ("after_the_year", datetime(2025, 5, 1, 7, tzinfo=AMSTERDAM), None),
    ],
)
def test_a_schedule_runs_the_morning_after_the_deadline(
    definitions: Definitions, schedule: str, moment: datetime, expected: str | None
) -> None:
    tick = definitions.resolve_schedule_def(schedule)(build_schedule_context(scheduled_execution_time=moment))
    if expected is None:
        assert isinstance(tick, SkipReason)
    else:
        assert isinstance(tick, RunRequest)
        assert tick.partition_key == expected


def test_the_home_has_its_own_instance_without_telemetry(home: Home) -> None:
    with open_instance(home) as instance:
        assert isinstance(instance, DagsterInstance)
        assert not instance.telemetry_enabled
        assert str(home.dagster) in instance.storage_directory()
