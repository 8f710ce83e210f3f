"""The assets, from delivery to published file: thin calls of the rooms that do the work.

Landing, models and publishing are whole (no partitions): any correction rebuilds all. Partitioned are only the two
assets that record the state of a quarter and of a year.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
from dagster import (
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    Config,
    Failure,
    MaterializeResult,
    asset,
    asset_check,
    multi_asset,
)
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration import closing, transforming
from orchestration.definitions import partitions
from orchestration.definitions.resources import WritableHome
from orchestration.home import Home
from orchestration.landing import run_context
from orchestration.landing.land import land
from orchestration.landing.raw_tables import PUBLISHED_TABLES, REFERENCE_LISTS, RULES, forget
from orchestration.publishing import published_file

log = logging.getLogger(__name__)

SUBMISSIONS = ("files", "deliveries", "cells", "findings", "year_closings", "acknowledgements")
RUN_CONTEXT = AssetKey(["submissions", "run_context"])
CANDIDATE = AssetKey(["published", "candidate"])
PUBLISHED = AssetKey(["published", "werkmonitor"])


class LandingConfig(Config):
    """`from_archive`: make the warehouse anew, out of what was ever received."""

    from_archive: bool = False


class ClosingConfig(Config):
    """What an annual rollup asks for; empty in a quarterly run."""

    year: int | None = None
    accept_missing: bool = False
    reason: str | None = None


def landing_assets() -> list[AssetsDefinition]:
    """Files to `raw`, and the row that tells dbt which run this is."""
    landed = [AssetKey(["submissions", table]) for table in SUBMISSIONS]
    lists = [AssetKey(["reference", table]) for table in (*REFERENCE_LISTS, RULES)]
    lists += [AssetKey(["published", table]) for table in PUBLISHED_TABLES]

    @multi_asset(name="landing", specs=[AssetSpec(key, group_name="landing") for key in (*landed, *lists)])
    def landing(config: LandingConfig, writable_home: WritableHome) -> Iterator[MaterializeResult[None]]:
        log.info("Leveringen lezen en toetsen")
        if config.from_archive:
            forget(writable_home.home)
        report = land(writable_home.home, writable_home.settings.moment())
        for key in (*landed, *lists):
            yield MaterializeResult(asset_key=key, metadata=report.counts if key == landed[0] else {})

    @asset(key=RUN_CONTEXT, deps=landed, group_name="landing")
    def begun_run(config: ClosingConfig, writable_home: WritableHome) -> None:
        now = writable_home.settings.moment()
        run_context.write(writable_home.home, now, closing_year=config.year)
        if config.year is not None:
            log.info("Nagaan of %s compleet is", config.year)
            _refuse_unless_ready(writable_home.home, config, now)

    return [landing, begun_run]


def model_assets(manifest: Path) -> AssetsDefinition:
    """All dbt models and tests, built in this process; dbt's own events become Dagster's."""
    content: Mapping[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    translator = DagsterDbtTranslator()

    @dbt_assets(manifest=content, dagster_dbt_translator=translator, name="models")
    def models(context: AssetExecutionContext, writable_home: WritableHome) -> Iterator[Any]:
        log.info("Cijfers berekenen")
        try:
            for event in transforming.build(writable_home.home):
                message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
                yield from message.to_default_asset_events(content, translator, context)
        except transforming.BuildFailed as failure:
            raise Failure(description=f"dbt: {failure}") from None

    return models


def warning_checks() -> AssetChecksDefinition:
    """The warnings that only an earlier quarter shows, counted; they stop nothing."""

    @asset_check(asset=AssetKey(["intermediate", "int_deliveries_compared"]), name="warnings_across_quarters")
    def warnings_across_quarters(writable_home: WritableHome) -> AssetCheckResult:
        from orchestration.quality import across_quarters  # noqa: PLC0415  importing it takes seconds

        warnings = across_quarters.judge(writable_home.home.warehouse)
        for remark in warnings.remarks:
            log.warning("Let op: %s", remark)
        counts = {f"{rule} van {warnings.checked.get(rule, 0)}": count for rule, count in warnings.failed.items()}
        passed = not warnings.crashed and not any(warnings.failed.values())
        return AssetCheckResult(passed=passed, severity=AssetCheckSeverity.WARN, metadata=counts)

    return warnings_across_quarters


def publishing_assets(marts: list[AssetKey]) -> list[AssetsDefinition]:
    """The candidate file, the outgoing gate on it, and the published file."""

    @asset(key=CANDIDATE, deps=marts, group_name="publishing")
    def staged_candidate(writable_home: WritableHome) -> None:
        log.info("Publicatie klaarzetten")
        published_file.stage(writable_home.home)

    @asset_check(asset=CANDIDATE, name="outgoing_gate", blocking=True)
    def outgoing_gate(writable_home: WritableHome) -> AssetCheckResult:
        from orchestration.quality import outgoing  # noqa: PLC0415  importing it takes seconds

        log.info("Publicatie toetsen")
        home = writable_home.home
        verdict = outgoing.judge(published_file.candidate(home), home.published)
        for problem in verdict.problems:
            log.error("Niet gepubliceerd: %s", problem)
        for remark in verdict.remarks:
            log.warning("Let op: %s", remark)
        return AssetCheckResult(passed=verdict.passed, metadata={"problems": list(verdict.problems)})

    @asset(key=PUBLISHED, deps=[CANDIDATE], group_name="publishing")
    def published(config: ClosingConfig, writable_home: WritableHome) -> MaterializeResult[None]:
        home = writable_home.home
        if config.year is not None:
            closing.record(home, config.year, config.reason, writable_home.settings.moment())
        published_file.release(home)
        log.info("Gepubliceerd: %s", home.published)
        return MaterializeResult(metadata={"path": str(home.published)})

    @asset(deps=[PUBLISHED], group_name="publishing")
    def feedback(writable_home: WritableHome) -> MaterializeResult[None]:
        from orchestration.quality.feedback import writing  # noqa: PLC0415  importing it takes a moment

        log.info("Terugkoppeling schrijven")
        return MaterializeResult(metadata={"deliveries": writing.write(writable_home.home)})

    return [staged_candidate, outgoing_gate, published, feedback]


def state_assets(home: Home) -> list[AssetsDefinition]:
    """What the published file says of the quarter or the year that a run answers for."""

    @asset(partitions_def=partitions.quarters(home), deps=[PUBLISHED], group_name="state")
    def quarter_state(context: AssetExecutionContext, writable_home: WritableHome) -> MaterializeResult[None]:
        return _state(writable_home.home, "national_quarterly", context.partition_key)

    @asset(partitions_def=partitions.years(home), deps=[PUBLISHED], group_name="state")
    def year_state(context: AssetExecutionContext, writable_home: WritableHome) -> MaterializeResult[None]:
        return _state(writable_home.home, "national_annual", context.partition_key)

    return [quarter_state, year_state]


def _refuse_unless_ready(home: Home, config: ClosingConfig, now: Any) -> None:
    try:
        closing.require_ready(home, int(config.year or 0), now, config.accept_missing)
    except closing.YearNotReady as refusal:
        raise Failure(description=str(refusal), allow_retries=False) from None


def _state(home: Home, mart: str, period: str) -> MaterializeResult[None]:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        rows = connection.execute(f"from marts.{mart} where period = ?", [period])
        names = [column[0] for column in rows.description or []]
        found = rows.fetchone()
    values = zip(names, found or [], strict=False)
    return MaterializeResult(metadata={name: value for name, value in values if isinstance(value, int | float | str)})
