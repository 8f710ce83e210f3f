"""Runs a job in this process, as the command line does; the web interface and the schedules run the same job."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from dagster import DagsterInstance, ExecuteInProcessResult

from orchestration.definitions.assets import PUBLISHED
from orchestration.definitions.definitions import build_definitions
from orchestration.home import Home

# Dagster's own messages go to its event log (and logs/), not to the terminal of the data manager.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
INSTANCE = """\
telemetry:
  enabled: false
event_log_storage:
  module: orchestration.definitions.event_log
  class: KeptSqliteEventLogStorage
  config:
    base_dir:
      env: DAGSTER_EVENT_LOG
"""


class JobFailed(Exception):
    """A step failed; the message is the step's own explanation."""


def run_job(home: Home, job: str, partition_key: str, run_config: Mapping[str, Any] | None = None) -> None:
    """Run one job of this home to its end, recorded in the home's Dagster instance.

    Raises:
        JobFailed: nothing was newly published; says why.
    """
    definitions = build_definitions(home)
    with open_instance(home) as instance:
        result = definitions.resolve_job_def(job).execute_in_process(
            run_config={**(run_config or {}), **QUIET},
            instance=instance,
            partition_key=partition_key,
            raise_on_error=False,
        )
    published = any(event.asset_key == PUBLISHED for event in result.get_asset_materialization_events())
    if not (result.success and published):
        raise JobFailed(_explained(result))


def open_instance(home: Home) -> DagsterInstance:
    """The home's own Dagster instance: runs and events in home/dagster."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    config = home.dagster / "dagster.yaml"
    if not config.exists():
        config.write_text(INSTANCE, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DAGSTER_EVENT_LOG"] = str(home.dagster / "history" / "runs")
    return DagsterInstance.from_config(str(home.dagster))


def _explained(result: ExecuteInProcessResult) -> str:
    """The innermost reason of every failed step."""
    reasons = []
    for event in result.filter_events(lambda event: event.is_step_failure):
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            reasons.append(data.user_failure_data.description)
        elif data.error:
            reasons.append((data.error.cause or data.error).message.strip())
    return "\n".join(reasons) or "Dagster gaf geen reden; zie logs/ in de home."
