"""The assets, from delivery to published file: thin calls of the rooms that do the work.

Landing, models and publishing are whole (no partitions): any correction rebuilds all. Partitioned are only the two
assets that record the state of a quarter and of a year.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckEvaluation,
    AssetCheckKey,
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    BackfillPolicy,
    Config,
    Failure,
    MaterializeResult,
    Output,
    asset,
    multi_asset,
)
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration import transforming
from orchestration.closing import years as closing
from orchestration.definitions import checks, partitions
from orchestration.definitions.descriptions import ASSETS
from orchestration.definitions.jobs import closing_year
from orchestration.definitions.keys import CANDIDATE, LANDED, LISTS, PUBLISHED, RUN_CONTEXT, table_of
from orchestration.definitions.resources import WritableHome
from orchestration.home.paths import Home
from orchestration.home.settings import Settings
from orchestration.landing.land import LandingReport, land
from orchestration.landing.raw import run_context
from orchestration.landing.rebuilding import rebuild
from orchestration.ledger import archive
from orchestration.publishing import memory, published_file
from orchestration.reporting import standing
from orchestration.running import notices
from orchestration.running.retrying import retrying

log = logging.getLogger(__name__)


class LandingConfig(Config):
    """`from_archive`: make the warehouse anew, out of what was ever received. `only`: what the inbox sensor saw."""

    from_archive: bool = False
    only: list[str] | None = None


class ClosingConfig(Config):
    """How an annual rollup closes its year; which year that is, its partition says."""

    accept_missing: bool = False
    reason: str | None = None


def landing_assets() -> list[AssetsDefinition]:
    """Files to `raw`, and the row that tells dbt which run this is."""
    specs = [
        AssetSpec(key, group_name=group, description=ASSETS[key.to_user_string()])
        for group, keys in {"landing": LANDED, "reference": LISTS}.items()
        for key in keys
    ]

    @multi_asset(name="landing", specs=specs, check_specs=checks.landing_specs())
    def landing(context: AssetExecutionContext, config: LandingConfig, writable_home: WritableHome) -> Iterator[Any]:
        log.info("Leveringen lezen en toetsen")
        home, started = writable_home.home, time.perf_counter()
        with retrying(context, writable_home.settings):
            report = _landed(home, config, writable_home.settings)
        for line in (*report.left, *report.remarks):
            log.warning("%s", line)
        notices.tell_refused(home, report)
        notices.tell_left(home, report)
        numbers = {LANDED[0]: {**report.counts, "seconds": round(time.perf_counter() - started, 1)}}
        rows = transforming.row_counts(home)
        for key in (*LANDED, *LISTS):
            metadata = {"dagster/row_count": rows[table_of(key)], **numbers.get(key, {})}
            yield MaterializeResult(asset_key=key, metadata=metadata)
        yield from checks.landing_results(home, report, rows)

    @asset(key=RUN_CONTEXT, deps=LANDED, group_name="landing", description=ASSETS[RUN_CONTEXT.to_user_string()])
    def begun_run(context: AssetExecutionContext, config: ClosingConfig, writable_home: WritableHome) -> None:
        year, now = closing_year(context.run), writable_home.settings.moment()
        with retrying(context, writable_home.settings):
            run_context.write(writable_home.home, now, closing_year=year)
            if year is not None:
                log.info("Nagaan of %s compleet is", year)
                _refuse_unless_ready(writable_home.home, year, config, now)

    return [landing, begun_run]


def _landed(home: Home, config: LandingConfig, settings: Settings) -> LandingReport:
    """Land what stands still in the inbox, in the warehouse as it is or in a new one."""
    moving: list[str] = []
    only = config.only
    if only is None:
        only = archive.settled(home, settings.settle_seconds, moving.append)
    now = settings.moment()
    report = rebuild(home, now, memory.head(home), only) if config.from_archive else land(home, now, only)
    report.left += moving
    return report


class ByLayer(DagsterDbtTranslator):
    """The graph shows staging, intermediate and marts apart."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["schema"])


def model_assets(manifest: Path) -> AssetsDefinition:
    """All dbt models and tests, built in this process; dbt's own events become Dagster's."""
    content: Mapping[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    translator = ByLayer()

    @dbt_assets(manifest=content, dagster_dbt_translator=translator, name="models")
    def models(context: AssetExecutionContext, writable_home: WritableHome) -> Iterator[Any]:
        log.info("Cijfers berekenen")
        home, settings = writable_home.home, writable_home.settings
        rows: transforming.RowCounts = {}
        try:
            with retrying(context, settings):
                # again: a re-execution may begin here, after another run has written its own
                run_context.write(home, settings.moment(), closing_year=closing_year(context.run))
                for event in transforming.build(home):
                    if not rows:  # dbt has ended, well or not
                        rows = transforming.row_counts(home)
                    message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
                    for told in message.to_default_asset_events(content, translator, context):
                        if isinstance(told, AssetCheckResult):
                            yield from _evaluated(told, context.assets_def)
                        else:
                            yield _with_row_count(told, event, rows)
        except transforming.BuildFailed as failure:
            raise Failure(description=f"dbt: {failure}") from None

    return models


def publishing_assets(marts: list[AssetKey]) -> list[AssetsDefinition]:
    """The candidate file, and the published file that it becomes once the outgoing gate has approved it."""

    @asset(key=CANDIDATE, deps=marts, group_name="publishing", description=ASSETS[CANDIDATE.to_user_string()])
    def staged_candidate(context: AssetExecutionContext, writable_home: WritableHome) -> MaterializeResult[None]:
        log.info("Publicatie klaarzetten")
        with retrying(context, writable_home.settings):
            candidate = published_file.stage(writable_home.home)
        return MaterializeResult(metadata={"size_bytes": candidate.stat().st_size})

    @asset(key=PUBLISHED, deps=[CANDIDATE], group_name="publishing", description=ASSETS[PUBLISHED.to_user_string()])
    def published(
        context: AssetExecutionContext, config: ClosingConfig, writable_home: WritableHome
    ) -> MaterializeResult[None]:
        home, settings = writable_home.home, writable_home.settings
        year, known = closing_year(context.run), standing.changes_said(home)
        with retrying(context, settings):
            if year is not None:
                closing.record(home, year, config.reason, settings.moment())
            published_file.release(home)
        log.info("Gepubliceerd: %s", home.published)
        for line in (line for line in standing.changed_years(home) if line not in known):  # what was said, is said once
            log.warning("%s", line)
        quarter = partitions.answered_quarter(home, context.run, settings.today())
        numbers = standing.numbers(home, "national_quarterly", quarter) if quarter else {}
        state = standing.numbers(home, "published_state")
        return MaterializeResult(metadata={"path": str(home.published), **state, **numbers})

    @asset(deps=[PUBLISHED], group_name="publishing", description=ASSETS["feedback"])
    def feedback(writable_home: WritableHome) -> MaterializeResult[None]:
        from orchestration.feedback import writing  # noqa: PLC0415  importing it takes a moment

        log.info("Terugkoppeling schrijven")
        return MaterializeResult(metadata={"deliveries": writing.write(writable_home.home)})

    return [staged_candidate, published, feedback]


def state_assets(home: Home) -> list[AssetsDefinition]:
    """What the published file says of the quarter or the year that a run answers for. They need no claim: they read."""

    # a backfill over many quarters is one run, since each run rebuilds the whole; one over years closes each in its own
    @asset(
        partitions_def=partitions.quarters(home),
        deps=[PUBLISHED],
        group_name="state",
        description=ASSETS["quarter_state"],
        backfill_policy=BackfillPolicy.single_run(),
    )
    def quarter_state(context: AssetExecutionContext) -> None:
        _record_states(context, home, "national_quarterly")

    @asset(
        partitions_def=partitions.years(home),
        deps=[PUBLISHED],
        group_name="state",
        description=ASSETS["year_state"],
    )
    def year_state(context: AssetExecutionContext) -> None:
        _record_states(context, home, "national_annual")

    return [quarter_state, year_state]


def _record_states(context: AssetExecutionContext, home: Home, mart: str) -> None:
    for period in context.partition_keys:
        context.add_asset_metadata(standing.numbers(home, mart, period), partition_key=period)


def _refuse_unless_ready(home: Home, year: int, config: ClosingConfig, now: datetime) -> None:
    try:
        closing.require_ready(home, year, now, config.accept_missing)
    except closing.YearNotReady as refusal:
        raise Failure(description=str(refusal), allow_retries=False) from None


def _evaluated(told: AssetCheckResult, models: AssetsDefinition) -> Iterator[Output[None] | AssetCheckEvaluation]:
    """A test's result as Dagster would make of it, less a search, each time, for the partition that was tested."""
    assert told.asset_key and told.check_name
    key = AssetCheckKey(told.asset_key, told.check_name)
    yield Output(None, models.get_output_name_for_asset_check_key(key))
    yield AssetCheckEvaluation(
        asset_key=told.asset_key,
        check_name=told.check_name,
        passed=told.passed,
        severity=told.severity,
        description=told.description,
        metadata=told.metadata,
        blocking=models.get_spec_for_check_key(key).blocking,
    )


def _with_row_count(told: Any, event: Mapping[str, Any], rows: transforming.RowCounts) -> Any:
    """A model's output with the number of its rows, where it is a table."""
    relation = event["data"]["node_info"].get("node_relation") or {}
    count = rows.get((relation.get("schema", ""), relation.get("alias", "")))
    if not isinstance(told, Output) or count is None:
        return told
    return told.with_metadata({**told.metadata, "dagster/row_count": count})
