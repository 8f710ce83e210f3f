"""Runs a job in this process, as the command line does; the web interface and the schedules run the same job."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from dagster import DagsterInstance

from orchestration.definitions.definitions import build_definitions
from orchestration.definitions.keys import PUBLISHED
from orchestration.home.paths import Home
from orchestration.running import failures, notices, recovery
from orchestration.running.dagster_private import (
    MAX_RETRIES_TAG,
    WILL_RETRY_TAG,
    DBAPIError,
    ExecutionResult,
    execute_here,
    was_interrupted,
)
from orchestration.running.instance import (
    LOCATION,
    LOCATION_MODULE,
    end_dead_runs,
    forget_history,
    living,
    open_instance,
)

# Dagster's own messages go to its event log (and logs/), not to the terminal of the data manager.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
# who started a run here sees it fall, and what it had landed the inbox sensor publishes: the daemon leaves it alone
TAGS = {MAX_RETRIES_TAG: "0"}


class JobFailed(Exception):
    """A step failed; the message is the step's own explanation. `published`: the figures were out by then."""

    published = False


def run_job(
    home: Home, job: str, partition_key: str, run_config: Mapping[str, Any] | None = None, *, is_first: bool = True
) -> None:
    """Run one job of this home to its end, recorded in the home's Dagster instance; in a new one where that is broken.

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
            result = execute_here(
                instance,
                definitions.resolve_job_def(job),
                location=(LOCATION, LOCATION_MODULE),
                run_id=run_id,
                partition_key=partition_key,
                run_config={**(run_config or {}), **QUIET},
                tags=TAGS,
            )
            _require_published(home, instance, result)
    except DBAPIError as problem:
        if recovery.is_broken(str(problem.orig)) and is_first:  # a run begins anew: what was landed is not landed twice
            forget_history(home, str(problem.orig))
            run_job(home, job, partition_key, run_config, is_first=False)
            return
        lines = [f"Dagster kan niet schrijven in {home.dagster} ({problem.orig}).", recovery.advice(str(problem.orig))]
        notices.tell(home, f"{job} {partition_key} is mislukt", lines)
        raise JobFailed("\n".join(lines)) from problem


def _require_published(home: Home, instance: DagsterInstance, result: ExecutionResult) -> None:
    published = any(event.asset_key == PUBLISHED for event in result.get_asset_materialization_events())
    if result.success and published:
        return
    if was_interrupted(result):
        instance.add_run_tags(result.run_id, {failures.TOLD: result.run_id, WILL_RETRY_TAG: "false"})  # stopped by hand
        raise KeyboardInterrupt
    failures.tell(home, instance, result.run_id)
    reasons = failures.reasons(instance, result.run_id)
    failure = JobFailed("\n".join(reasons) or "Dagster gaf geen reden; zie logs/ in de home.")
    failure.published = published
    raise failure
