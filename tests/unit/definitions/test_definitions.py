"""What Dagster sees: the assets, their checks, the jobs."""

from __future__ import annotations

import pytest
from dagster import DagsterInstance, Definitions

from orchestration.definitions.definitions import build_definitions
from orchestration.home.paths import Home
from orchestration.running.instance import open_instance
from tests.support.definitions_snapshot import SNAPSHOT, described


@pytest.fixture(scope="module")
def definitions(shared_home: Home) -> Definitions:
    return build_definitions(shared_home)


def test_the_definitions_are_those_of_the_snapshot(definitions: Definitions) -> None:
    assert described(definitions) == SNAPSHOT.read_text(encoding="utf-8"), "if it is meant: make snapshot"


def test_lineage_runs_from_delivery_to_published_file(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    published = next(key for key in graph.get_all_asset_keys() if key.to_user_string() == "published/werkmonitor")
    upstream = {key.to_user_string() for key in graph.get_ancestor_asset_keys(published)}
    assert {"submissions/cells", "intermediate/int_cells_in_force", "marts/national_annual"} <= upstream


def test_every_table_that_dbt_reads_is_one_that_landing_fills(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    read = {
        parent
        for key in graph.get_all_asset_keys()
        if key.path[0] == "staging"
        for parent in graph.get(key).parent_keys
    }
    assert read
    assert {key.to_user_string() for key in read if not graph.get(key).is_executable} == set()


def test_each_job_answers_for_a_quarter_or_a_year(definitions: Definitions) -> None:
    keys = {
        name: definitions.resolve_job_def(name).partitions_def.get_partition_keys()
        for name in ("quarterly_run", "annual_rollup")
    }
    assert keys["quarterly_run"][0] == "2022-Q4"
    assert keys["annual_rollup"][:2] == ["2022", "2023"]


def test_a_backfill_over_quarters_is_one_run_and_one_over_years_a_run_for_each(definitions: Definitions) -> None:
    policies = {
        name: definitions.resolve_job_def(name).backfill_policy.max_partitions_per_run
        for name in ("quarterly_run", "annual_rollup")
    }
    assert policies == {"quarterly_run": None, "annual_rollup": 1}


def test_a_blocking_gate_stands_at_both_doors(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    blocking = {key.name for key in graph.asset_check_keys if graph.get_check_spec(key).blocking}
    assert {"incoming_gate", "nothing_lost", "outgoing_gate"} <= blocking


def test_the_home_has_its_own_instance_without_telemetry(home: Home) -> None:
    with open_instance(home) as instance:
        assert isinstance(instance, DagsterInstance)
        assert not instance.telemetry_enabled
        assert str(home.dagster) in instance.storage_directory()
