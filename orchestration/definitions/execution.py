"""Runs a job in this process, as the command line does; the web interface and the schedules run the same job."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from dagster import DagsterInstance, ExecuteInProcessResult
from dagster._core.events import RunFailureReason
from dagster._core.storage.tags import WILL_RETRY_TAG
from sqlalchemy.exc import DBAPIError

from orchestration import notices
from orchestration.definitions import failures
from orchestration.definitions.definitions import build_definitions
from orchestration.definitions.instance import end_dead_runs, living, open_instance
from orchestration.definitions.keys import PUBLISHED
from orchestration.home import Home

# Dagster's own messages go to its event log (and logs/), not to the terminal of the data manager.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


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
            result = definitions.resolve_job_def(job).execute_in_process(
                run_config={**(run_config or {}), **QUIET},
                instance=instance,
                partition_key=partition_key,
                raise_on_error=False,
                run_id=run_id,
            )
            _require_published(home, instance, result)
    except DBAPIError as problem:
        lines = [f"Dagster kan niet schrijven in {home.dagster} ({problem.orig}).", "Is de schijf vol? Maak ruimte."]
        notices.tell(home, f"{job} {partition_key} is mislukt", lines)
        raise JobFailed("\n".join(lines)) from problem


def _require_published(home: Home, instance: DagsterInstance, result: ExecuteInProcessResult) -> None:
    published = any(event.asset_key == PUBLISHED for event in result.get_asset_materialization_events())
    if result.success and published:
        return
    if _was_interrupted(result):
        instance.add_run_tags(result.run_id, {failures.TOLD: "stopped by hand", WILL_RETRY_TAG: "false"})
        raise KeyboardInterrupt
    failures.tell(home, instance, result.run_id)
    reasons = failures.reasons(instance, result.run_id)
    failure = JobFailed("\n".join(reasons) or "Dagster gaf geen reden; zie logs/ in de home.")
    failure.published = published
    raise failure


def _was_interrupted(result: ExecuteInProcessResult) -> bool:
    ends = (event.job_failure_data for event in result.filter_events(lambda event: event.is_job_failure))
    return any(end.failure_reason is RunFailureReason.UNEXPECTED_TERMINATION for end in ends)
