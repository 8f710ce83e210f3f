"""All definitions of one home, put together."""

from __future__ import annotations

from dagster import Definitions, in_process_executor

from orchestration import transforming
from orchestration.definitions import assets, checks, sensors
from orchestration.definitions import jobs as job_definitions
from orchestration.definitions.resources import WritableHome
from orchestration.home.paths import Home
from orchestration.running.dagster_private import suppress_dagster_warnings


@suppress_dagster_warnings
def build_definitions(home: Home) -> Definitions:
    """The definitions for this home; parses the dbt project when it has changed."""
    models = assets.model_assets(transforming.manifest_path(home))
    marts = sorted(key for key in models.keys if key.path[0] == "marts")
    jobs = job_definitions.jobs()
    parts = [*assets.landing_assets(), models, *assets.publishing_assets(marts), *assets.state_assets(home)]
    return Definitions(
        assets=parts,
        asset_checks=checks.asset_checks(home),
        jobs=jobs,
        schedules=job_definitions.schedules(home, jobs),
        sensors=sensors.sensors(home, jobs[0]),
        resources={"writable_home": WritableHome(root=str(home.root))},
        executor=in_process_executor,
    )
