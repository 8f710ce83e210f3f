"""What went wrong in a run, in the words of whoever failed; told once per run (the reading side of recovery)."""

from __future__ import annotations

from dagster import (
    DagsterEventType,
    DagsterExecutionInterruptedError,
    DagsterInstance,
    DagsterRun,
    EventLogEntry,
)

from orchestration.home.paths import Home
from orchestration.running import notices, recovery
from orchestration.running.dagster_private import (
    PARTITION_NAME_TAG,
    WILL_RETRY_TAG,
    SerializableErrorInfo,
    is_refused_by_a_check,
)

INTERRUPTS = (KeyboardInterrupt.__name__, DagsterExecutionInterruptedError.__name__)
INTERRUPTED = "Afgebroken: iemand hield de run aan, of de webinterface stopte."
TOLD = "werkmonitor/told"  # holds the run's own id: when a run is executed again, its tags travel along
GONE = "Het proces van deze run is weg: afgebroken of omgevallen."
DAGSTER_SAYS_GONE = "marked as failed from outside the execution context"  # when its own watch was first to see it
DISK_FULL = "De schijf is vol. Maak ruimte, en begin de run opnieuw."
HELD = "Een ander programma houdt dat bestand open (de melding noemt het). Sluit dat, en begin de run opnieuw."


def reasons(instance: DagsterInstance, run_id: str) -> list[str]:
    """The innermost reason of every failed step, or that of the run when no step came to failing; and what to do."""
    steps = instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE)
    ends = instance.all_logs(run_id, of_type=DagsterEventType.RUN_FAILURE)
    found = [reason for entry in steps for reason in _refusals(instance, entry) or [_step_reason(entry)]]
    found = found or [_run_reason(entry) for entry in ends]
    told = {DISK_FULL: recovery.is_disk_full, HELD: recovery.is_held}
    return [*found, *(words for words, asked in told.items() if any(map(asked, found)))]


def tell(home: Home, instance: DagsterInstance, run_id: str) -> None:
    """Tell of a failed run, unless that was done."""
    run = instance.get_run_by_id(run_id)
    if run is None or run.tags.get(TOLD) == run_id:
        return
    notices.tell(home, f"{title(run)} is mislukt", [*reasons(instance, run_id), *_outlook(home, run)])
    instance.add_run_tags(run_id, {TOLD: run_id})


def title(run: DagsterRun) -> str:
    """The job, and the quarter or year that the run answers for."""
    return " ".join(part for part in (run.job_name, run.tags.get(PARTITION_NAME_TAG)) if part)


def _outlook(home: Home, run: DagsterRun) -> list[str]:
    again = ["De run wordt vanzelf opnieuw geprobeerd."] if run.tags.get(WILL_RETRY_TAG) == "true" else []
    return [*again, f"Wat er gepubliceerd was, staat er nog. Home: {home.root}. Run: {run.run_id}."]


def _refusals(instance: DagsterInstance, entry: EventLogEntry) -> list[str]:
    """What the blocking checks of a step found, when that is why it failed."""
    if not is_refused_by_a_check(entry.get_dagster_event().step_failure_data.error):
        return []
    logs = instance.all_logs(entry.run_id, of_type=DagsterEventType.ASSET_CHECK_EVALUATION)
    checks = [log.get_dagster_event().asset_check_evaluation_data for log in logs if log.step_key == entry.step_key]
    return [f"{check.check_name}: {check.description}" for check in checks if not check.passed and check.blocking]


def _step_reason(entry: EventLogEntry) -> str:
    data = entry.get_dagster_event().step_failure_data
    described = data.user_failure_data.description if data.user_failure_data else None
    return described or _innermost(data.error) or str(entry.get_dagster_event().message)


def _run_reason(entry: EventLogEntry) -> str:
    event = entry.get_dagster_event()
    error = event.job_failure_data.error if event.event_specific_data else None  # none for a run that was found dead
    reason = _innermost(error) or str(event.message)
    return GONE if DAGSTER_SAYS_GONE in reason else reason


def _innermost(error: SerializableErrorInfo | None) -> str:
    while error and error.cause:
        error = error.cause
    if error and error.cls_name in INTERRUPTS:
        return INTERRUPTED
    return error.message.strip() if error else ""
