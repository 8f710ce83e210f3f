"""A run that failed half-way is executed again from its failure, as the web interface does it.

Dagster's own mutation makes the second run, out of what it wrote down of the first; only its daemon is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest
from dagster import DagsterInstance, DagsterRun
from dagster._core.execution.stats import StepEventStatus
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.storage.tags import MAX_RETRIES_TAG, PARTITION_NAME_TAG
from dagster._core.test_utils import InProcessTestWorkspaceLoadTarget
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext

from orchestration.home.paths import Home
from orchestration.ledger import receipts
from orchestration.running.instance import LOCATION, LOCATION_MODULE, open_instance
from tests.support.commands import deliver_sample
from tests.support.commands import werkmonitor_here as here

pytestmark = pytest.mark.usefixtures("without_data_tests")
QUARTER = "2024-Q4"
AGAIN = """
    mutation ($parent: String!) {
        launchRunReexecution(reexecutionParams: {parentRunId: $parent, strategy: FROM_FAILURE}) {
            __typename
            ... on LaunchRunSuccess { run { runId } }
            ... on PythonError { message stack }
        }
    }
"""


@contextmanager
def web_interface(home: Home, instance: DagsterInstance) -> Iterator[WorkspaceRequestContext]:
    """What the web server answers from, with the definitions of this home in this process."""
    target = LoadableTargetOrigin(module_name=LOCATION_MODULE)
    place = InProcessTestWorkspaceLoadTarget(InProcessCodeLocationOrigin(target, location_name=LOCATION))
    with WorkspaceProcessContext(instance, place) as process:
        yield process.create_request_context()


def reexecute(home: Home, instance: DagsterInstance, failed: DagsterRun) -> DagsterRun:
    """Ask for it as the web interface does, and launch it as the daemon does, but in this process; how it ended."""
    from dagster_graphql.test.utils import execute_dagster_graphql

    with web_interface(home, instance) as context:
        answer = execute_dagster_graphql(context, AGAIN, {"parent": failed.run_id}).data["launchRunReexecution"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        instance._run_launcher = SyncInMemoryRunLauncher()
        instance._run_launcher.register_instance(instance)
        instance.launch_run(answer["run"]["runId"], context)
    ended = instance.get_run_by_id(answer["run"]["runId"])
    assert ended is not None
    return ended


def steps(instance: DagsterInstance, run: DagsterRun) -> set[str]:
    """The steps that ended well."""
    return {one.step_key for one in instance.get_run_step_stats(run.run_id) if one.status is StepEventStatus.SUCCESS}


def test_a_run_of_the_command_line_that_failed_half_way_goes_on_where_it_failed_and_publishes(
    ready_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WERKMONITOR_HOME", str(ready_home.root))
    deliver_sample(ready_home, [QUARTER], 2)
    ready_home.published.mkdir()  # what Docker leaves where it mounts a file that is not there yet
    output = here(ready_home, "run", "--quarter", QUARTER, expect=1)
    assert "Mislukt, er is niets nieuws gepubliceerd." in output
    ready_home.published.rmdir()

    with open_instance(ready_home) as instance:
        (failed,) = instance.get_runs()
        assert {"landing", "models"} <= steps(instance, failed)
        assert failed.tags[MAX_RETRIES_TAG] == "0"  # the daemon leaves it alone
        again = reexecute(ready_home, instance, failed)
        assert again.is_success
        assert again.tags[PARTITION_NAME_TAG] == QUARTER
        assert not steps(instance, failed) & steps(instance, again)
        done_again = {"published__candidate_outgoing_gate", "published__werkmonitor", "feedback", "quarter_state"}
        assert done_again <= steps(instance, again)
    with duckdb.connect(str(ready_home.published), read_only=True) as connection:
        assert connection.sql("select deliveries_in_force from marts.published_state").fetchall() == [(2,)]
    assert len(receipts.read(ready_home.receipts).received) == 2
