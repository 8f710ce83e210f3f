"""The two jobs and their schedules. A partition names the quarter or year that a run answers for."""

from datetime import date, datetime, time

from dagster import (
    AssetSelection,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    DefaultScheduleStatus,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    define_asset_job,
    in_process_executor,
    schedule,
)

from orchestration.definitions import descriptions, partitions
from orchestration.home.paths import Home
from orchestration.home.settings import AMSTERDAM, amsterdam_day
from orchestration.home.words import tidied
from orchestration.reporting import standing
from orchestration.running.dagster_private import (
    NOT_FINISHED_STATUSES,
    PARTITION_NAME_TAG,
    RETRY_STRATEGY_TAG,
    AssetJob,
)

QUARTERLY_RUN = "quarterly_run"
ANNUAL_ROLLUP = "annual_rollup"
# what Dagster tries again after a crash it does from the start: cheap, since what was landed is not landed twice
TAGS = {RETRY_STRATEGY_TAG: "ALL_STEPS"}


def jobs() -> list[AssetJob]:
    """Both jobs run all that is not partitioned, and the one state they answer for, whose partitions they take."""
    year_state, quarter_state = AssetSelection.assets("year_state"), AssetSelection.assets("quarter_state")
    return [
        define_asset_job(
            QUARTERLY_RUN,
            selection=AssetSelection.all() - year_state,
            executor_def=in_process_executor,
            description=descriptions.JOBS[QUARTERLY_RUN],
            tags=TAGS,
        ),
        define_asset_job(
            ANNUAL_ROLLUP,
            selection=AssetSelection.all() - quarter_state,
            executor_def=in_process_executor,
            description=descriptions.JOBS[ANNUAL_ROLLUP],
            tags=TAGS,
        ),
    ]


def schedules(home: Home, definitions: list[AssetJob]) -> list[ScheduleDefinition]:
    """Each morning in Amsterdam, what is due: a quarter whose deadline has passed, a year that is complete.

    What is due stays due until it has run, so a machine that was off catches up.
    """
    quarterly_run, annual_rollup = definitions

    @schedule(
        job=quarterly_run,
        cron_schedule="0 6 * * *",
        description=descriptions.SCHEDULES["after_the_deadline"],
        execution_timezone=str(AMSTERDAM),
        default_status=DefaultScheduleStatus.RUNNING,
    )
    def after_the_deadline(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        due = partitions.last_due(home, _morning(context))
        if due is None or _has_run(context.instance, QUARTERLY_RUN, due[0], due[1]):
            return SkipReason("The last quarter that was due has run since its deadline.")
        return RunRequest(run_key=due[0], partition_key=due[0])

    @schedule(
        job=annual_rollup,
        cron_schedule="0 7 * * *",
        description=descriptions.SCHEDULES["when_the_year_is_complete"],
        execution_timezone=str(AMSTERDAM),
        default_status=DefaultScheduleStatus.RUNNING,
    )
    def when_the_year_is_complete(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        due = partitions.last_due(home, _morning(context))
        if due is None:
            return SkipReason("No quarter was ever due.")
        year = int(due[0][:4]) - (not due[0].endswith("Q4"))
        if not standing.awaits_closing(home, year):
            return SkipReason(f"{year} is closed, or not complete yet.")
        return RunRequest(run_key=str(year), partition_key=str(year))

    return [after_the_deadline, when_the_year_is_complete]


def closing_year(run: DagsterRun) -> int | None:
    """The year that a run closes: the partition of an annual rollup."""
    return int(run.tags[PARTITION_NAME_TAG]) if run.job_name == ANNUAL_ROLLUP else None


def closing_config(accept_missing: bool = False, reason: str | None = None) -> dict[str, object]:
    """Run configuration of an annual rollup, for the two steps that need to know how it closes its year."""
    config: dict[str, object] = {"accept_missing": accept_missing}
    if reason is not None:
        config["reason"] = tidied(reason)  # Dagster keeps it too
    return {"ops": {"submissions__run_context": {"config": config}, "published__werkmonitor": {"config": config}}}


def _morning(context: ScheduleEvaluationContext) -> date:
    return amsterdam_day(context.scheduled_execution_time)


def _has_run(instance: DagsterInstance, job: str, partition: str, deadline: date) -> bool:
    """Whether a run for the partition began after the deadline's day, and ended well or still goes on."""
    sought = RunsFilter(
        job_name=job,
        tags={PARTITION_NAME_TAG: partition},
        statuses=[DagsterRunStatus.SUCCESS, *NOT_FINISHED_STATUSES],
        created_after=datetime.combine(deadline, time.max, AMSTERDAM),
    )
    return instance.get_runs_count(sought) > 0
