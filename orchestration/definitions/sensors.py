"""What the daemon keeps an eye on: the inbox, runs that died, runs that failed, and whether the figures are fresh."""

import hashlib

from dagster import (
    AssetCheckEvaluation,
    DagsterInstance,
    DefaultSensorStatus,
    RunFailureSensorContext,
    RunRequest,
    RunsFilter,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    run_failure_sensor,
    sensor,
)

from orchestration.definitions import checks, descriptions, partitions
from orchestration.definitions.keys import PUBLISHED
from orchestration.home.paths import Home
from orchestration.home.settings import Settings
from orchestration.ledger import archive
from orchestration.reporting import standing
from orchestration.running import failures, notices
from orchestration.running.dagster_private import NOT_FINISHED_STATUSES, RUN_FAILURE_REASON_TAG, STEP_FAILURE, AssetJob
from orchestration.running.instance import end_dead_runs

RUNNING = DefaultSensorStatus.RUNNING
HOUR = 3600


def sensors(home: Home, quarterly_run: AssetJob) -> list[SensorDefinition]:
    """All four, switched on."""
    return [_inbox(home, quarterly_run), _dead_runs(home), _failed_runs(home), _stale_figures(home)]


def _inbox(home: Home, quarterly_run: AssetJob) -> SensorDefinition:
    @sensor(
        job=quarterly_run,
        minimum_interval_seconds=30,
        default_status=RUNNING,
        description=descriptions.SENSORS["inbox"],
    )
    def inbox(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        """One run for all that lies in the inbox and stands still, and for what a crash left landed but unpublished.

        The inbox is the queue: there is no cursor. The same files in the same state are asked for once: what a failed
        run left behind waits for a person, or for the next file.
        """
        if context.instance.get_runs_count(RunsFilter(statuses=NOT_FINISHED_STATUSES)):
            return SkipReason("A run is queued or going on.")
        settings = Settings.of(home)
        settled = archive.settled(home, settings.settle_seconds)
        quarter = partitions.last_ended(home, settings.today())
        work = [*settled, *_unpublished(home, context.instance)]
        if not work or not quarter:
            return SkipReason("No file in the inbox that stands still, and all that landed is published.")
        return RunRequest(
            run_key=hashlib.sha256(" ".join(sorted(work)).encode()).hexdigest(),
            partition_key=quarter,
            run_config={"ops": {"landing": {"config": {"only": settled}}}},
        )

    return inbox


def _unpublished(home: Home, instance: DagsterInstance) -> list[str]:
    """A word for what landed after the last publication; nothing when a step refused it, which waits for a person."""
    newest = next(iter(instance.get_runs(limit=1)), None)
    refused = newest and newest.tags.get(RUN_FAILURE_REASON_TAG) == STEP_FAILURE
    return [] if refused or not standing.is_behind(home) else [f"ledger {home.receipts.stat().st_size}"]


def _dead_runs(home: Home) -> SensorDefinition:
    @sensor(minimum_interval_seconds=30, default_status=RUNNING, description=descriptions.SENSORS["dead_runs"])
    def dead_runs(context: SensorEvaluationContext) -> SkipReason:
        """Writes down that a run ended whose process was killed; the retry that follows is the daemon's."""
        dead = end_dead_runs(home, context.instance)
        return SkipReason(f"{len(dead)} runs found dead.")

    return dead_runs


def _failed_runs(home: Home) -> SensorDefinition:
    @run_failure_sensor(
        default_status=RUNNING, monitor_all_code_locations=True, description=descriptions.SENSORS["failed_runs"]
    )
    def failed_runs(context: RunFailureSensorContext) -> None:
        """Tells somebody (docs/operations.md), also of the runs of the command line."""
        failures.tell(home, context.instance, context.dagster_run.run_id)

    return failed_runs


def _stale_figures(home: Home) -> SensorDefinition:
    @sensor(minimum_interval_seconds=HOUR, default_status=RUNNING, description=descriptions.SENSORS["stale_figures"])
    def stale_figures(context: SensorEvaluationContext) -> SensorResult | SkipReason:
        """Renews the check of freshness; tells somebody once per quarter for which nothing was published."""
        result = checks.freshness_result(home, Settings.of(home))
        quarter = str(result.metadata["quarter"].value)
        if not result.passed and context.cursor != quarter:
            notices.tell(home, "de cijfers zijn verouderd", [str(result.description)])
        evaluation = AssetCheckEvaluation(
            asset_key=PUBLISHED,
            check_name=checks.FRESHNESS,
            passed=result.passed,
            severity=result.severity,
            description=result.description,
            metadata=result.metadata,
        )
        return SensorResult(asset_events=[evaluation], cursor="" if result.passed else quarter)

    return stale_figures
