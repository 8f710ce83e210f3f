"""Runs a job in this process, as the command line does; the web interface and the schedules run the same job."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from dagster import DagsterInstance, JobDefinition
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.events import RunFailureReason
from dagster._core.execution.api import execute_run
from dagster._core.execution.execute_in_process import merge_run_tags
from dagster._core.execution.execution_result import ExecutionResult
from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.tags import MAX_RETRIES_TAG, WILL_RETRY_TAG
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from sqlalchemy.exc import DBAPIError

from orchestration.definitions.definitions import build_definitions
from orchestration.definitions.keys import PUBLISHED
from orchestration.home.paths import Home
from orchestration.running import failures, notices
from orchestration.running.instance import LOCATION, LOCATION_MODULE, end_dead_runs, living, open_instance

ORIGIN = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name=LOCATION_MODULE), LOCATION)
# Dagster's own messages go to its event log (and logs/), not to the terminal of the data manager.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
# who started a run here sees it fall, and what it had landed the inbox sensor publishes: the daemon leaves it alone
TAGS = {MAX_RETRIES_TAG: "0"}


class JobFailed(Exception):
    """A step failed; the message is the step's own explanation. `published`: the figures were out by then."""

    published = False


def run_job(home: Home, job: str, partition_key: str, run_config: Mapping[str, Any] | None = None) -> None:
    """Run one job of this home to its end, recorded in the home's Dagster instance.

    Raises:
        JobFailed: a step failed; says why.
        KeyboardInterrupt: somebody stopped it; nothing was newly published.
    """
    definitions = build_definitions(home)
    run_id = str(uuid.uuid4())
    try:
        with open_instance(home) as instance, living(home, run_id):
            for dead in end_dead_runs(home, instance):
                failures.tell(home, instance, dead.run_id)
            result = _execute(instance, definitions.resolve_job_def(job), run_id, partition_key, run_config or {})
            _require_published(home, instance, result)
    except DBAPIError as problem:
        lines = [f"Dagster kan niet schrijven in {home.dagster} ({problem.orig}).", "Is de schijf vol? Maak ruimte."]
        notices.tell(home, f"{job} {partition_key} is mislukt", lines)
        raise JobFailed("\n".join(lines)) from problem


def _execute(
    instance: DagsterInstance, job: JobDefinition, run_id: str, partition_key: str, run_config: Mapping[str, Any]
) -> ExecutionResult:
    """As `job.execute_in_process`, with an origin: only then does the web interface draw a run or execute it again."""
    run = instance.create_run_for_job(
        job,
        run_id=run_id,
        run_config={**run_config, **QUIET},
        tags=merge_run_tags(job, partition_key, TAGS, [], instance, run_config),
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(ORIGIN, SINGLETON_REPOSITORY_NAME), job.name),
    )
    return execute_run(InMemoryJob(job), run, instance, raise_on_error=False)


def _require_published(home: Home, instance: DagsterInstance, result: ExecutionResult) -> None:
    published = any(event.asset_key == PUBLISHED for event in result.get_asset_materialization_events())
    if result.success and published:
        return
    if _was_interrupted(result):
        instance.add_run_tags(result.run_id, {failures.TOLD: result.run_id, WILL_RETRY_TAG: "false"})  # stopped by hand
        raise KeyboardInterrupt
    failures.tell(home, instance, result.run_id)
    reasons = failures.reasons(instance, result.run_id)
    failure = JobFailed("\n".join(reasons) or "Dagster gaf geen reden; zie logs/ in de home.")
    failure.published = published
    raise failure


def _was_interrupted(result: ExecutionResult) -> bool:
    ends = (event.job_failure_data for event in result.filter_events(lambda event: event.is_job_failure))
    return any(end.failure_reason is RunFailureReason.UNEXPECTED_TERMINATION for end in ends)
