"""The definitions as text, one line each, to be reviewed when they change.

`make snapshot` writes them to `tests/unit/definitions/definitions.txt`; a test holds them against that file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from dagster import Definitions

from orchestration.definitions.definitions import build_definitions
from orchestration.home.paths import REPOSITORY, Home

MODELS = ("staging", "intermediate", "marts", "trace")  # described in dbt_project
SNAPSHOT = REPOSITORY / "tests" / "unit" / "definitions" / "definitions.txt"


def described(definitions: Definitions) -> str:
    """All assets, checks, jobs, schedules and sensors, in a fixed order."""
    return "\n".join([*_assets(definitions), *_jobs(definitions), *_schedules(definitions), *_sensors(definitions), ""])


def _assets(definitions: Definitions) -> Iterator[str]:
    graph = definitions.resolve_asset_graph()
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        parents = " ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        partitioned = " (partitioned)" if node.partitions_def else ""
        yield f"asset {key.to_user_string()} [{node.group_name}]{partitioned} <- {parents or '-'}"
        if key.path[0] not in MODELS:
            yield f"  {node.description}"
        checks = [graph.get_check_spec(check) for check in graph.get_check_keys_for_assets({key})]
        for spec in sorted(checks, key=lambda spec: spec.name):
            yield f"  check {spec.name}{' (blocking)' if spec.blocking else ''}"


def _jobs(definitions: Definitions) -> Iterator[str]:
    for job in sorted(definitions.resolve_all_job_defs(), key=lambda job: job.name):
        if not job.name.startswith("__"):
            keys = {key.to_user_string() for key in job.asset_layer.selected_asset_keys}
            states = " ".join(sorted(key for key in keys if key.endswith("_state") and "/" not in key))
            yield f"job {job.name}: {len(keys)} assets, of the states {states}"
            yield f"  {job.description}"


def _schedules(definitions: Definitions) -> Iterator[str]:
    for one in sorted(definitions.schedules or [], key=lambda one: one.name):
        when = f"{one.cron_schedule} {one.execution_timezone}"
        yield f"schedule {one.name}: {one.job_name}, {when}, {one.default_status.value}"
        yield f"  {one.description}"


def _sensors(definitions: Definitions) -> Iterator[str]:
    for one in sorted(definitions.sensors or [], key=lambda one: one.name):
        jobs = " ".join(target.job_name for target in one.targets) or "no job"
        yield f"sensor {one.name}: {jobs}, every {one.minimum_interval_seconds or 30} s, {one.default_status.value}"
        yield f"  {one.description}"


def main() -> None:
    """Renew the snapshot."""
    with tempfile.TemporaryDirectory() as folder:
        text = described(build_definitions(Home(Path(folder)).create()))
    SNAPSHOT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
