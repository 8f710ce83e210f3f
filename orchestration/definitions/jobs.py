"""The two jobs and their schedules. A partition names the quarter or year that a run answers for."""

from datetime import date, timedelta

from dagster import (
    AssetSelection,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    define_asset_job,
    in_process_executor,
    schedule,
)
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.definitions import partitions
from orchestration.home import Home
from orchestration.settings import AMSTERDAM

QUARTERLY_RUN = "quarterly_run"
ANNUAL_ROLLUP = "annual_rollup"


def jobs() -> list[UnresolvedAssetJobDefinition]:
    """Both jobs run all that is not partitioned, and the one state they answer for, whose partitions they take."""
    year_state, quarter_state = AssetSelection.assets("year_state"), AssetSelection.assets("quarter_state")
    return [
        define_asset_job(
            QUARTERLY_RUN,
            selection=AssetSelection.all() - year_state,
            executor_def=in_process_executor,
            description="Land the inbox, gate, build all marts, gate, publish.",
        ),
        define_asset_job(
            ANNUAL_ROLLUP,
            selection=AssetSelection.all() - quarter_state,
            executor_def=in_process_executor,
            description="As the quarterly run; refuses an incomplete year before building, then closes it.",
        ),
    ]


def schedules(home: Home, definitions: list[UnresolvedAssetJobDefinition]) -> list[ScheduleDefinition]:
    """Each morning in Amsterdam: the morning after a quarter's deadline the quarter runs, after Q4's also the year."""
    quarterly_run, annual_rollup = definitions

    @schedule(job=quarterly_run, cron_schedule="0 6 * * *", execution_timezone=str(AMSTERDAM))
    def after_the_deadline(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        quarter = _due(home, context.scheduled_execution_time.astimezone(AMSTERDAM).date())
        return RunRequest(run_key=quarter, partition_key=quarter) if quarter else _nothing_due()

    @schedule(job=annual_rollup, cron_schedule="0 7 * * *", execution_timezone=str(AMSTERDAM))
    def after_the_year(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        quarter = _due(home, context.scheduled_execution_time.astimezone(AMSTERDAM).date())
        if not quarter or not quarter.endswith("Q4"):
            return _nothing_due()
        year = quarter[:4]
        return RunRequest(run_key=year, partition_key=year, run_config=closing_config(int(year)))

    return [after_the_deadline, after_the_year]


def closing_config(year: int, accept_missing: bool = False, reason: str | None = None) -> dict[str, object]:
    """Run configuration of an annual rollup, for the two steps that need to know the year."""
    config: dict[str, object] = {"year": year, "accept_missing": accept_missing}
    if reason is not None:
        config["reason"] = reason
    return {"ops": {"submissions__run_context": {"config": config}, "published__werkmonitor": {"config": config}}}


def _due(home: Home, today: date) -> str | None:
    """The quarter whose deadline was yesterday."""
    yesterday = (today - timedelta(days=1)).isoformat()
    return next((row["quarter"] for row in partitions.quarter_list(home) if row["deadline"] == yesterday), None)


def _nothing_due() -> SkipReason:
    return SkipReason("No deadline passed yesterday.")
