"""All definitions of one home, put together."""

from __future__ import annotations

from dagster import Definitions, in_process_executor

from orchestration import transforming
from orchestration.definitions import assets
from orchestration.definitions import jobs as job_definitions
from orchestration.definitions.resources import WritableHome
from orchestration.home import Home


def build_definitions(home: Home) -> Definitions:
    """The definitions for this home; parses the dbt project when it has changed."""
    models = assets.model_assets(transforming.manifest_path(home))
    marts = sorted(key for key in models.keys if key.path[0] == "marts")
    jobs = job_definitions.jobs()
    parts = [*assets.landing_assets(), models, assets.warning_checks(), *assets.publishing_assets(marts)]
    parts += assets.state_assets(home)
    checks = [part for part in parts if type(part).__name__ == "AssetChecksDefinition"]
    return Definitions(
        assets=[part for part in parts if part not in checks],
        asset_checks=checks,
        jobs=jobs,
        schedules=job_definitions.schedules(home, jobs),
        resources={"writable_home": WritableHome(root=str(home.root))},
        executor=in_process_executor,
    )
