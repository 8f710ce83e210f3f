"""The asset checks beside dbt's own: the two gates, what got lost, who is missing, and whether the figures are fresh.

What they ask stands in the rooms they call; here it becomes Dagster's, with its numbers as metadata.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    asset_check,
)

from orchestration import transforming
from orchestration.closing import years as closing
from orchestration.definitions import partitions
from orchestration.definitions.descriptions import CHECKS
from orchestration.definitions.keys import CANDIDATE, COMPARED, DELIVERIES, PUBLISHED, REPORTING
from orchestration.definitions.resources import WritableHome
from orchestration.home.paths import Home
from orchestration.home.settings import Settings
from orchestration.landing.land import LandingReport
from orchestration.ledger import receipts, soundness
from orchestration.ledger.receipts import Ledger
from orchestration.publishing import memory, published_file
from orchestration.publishing.opening import NothingPublished, snapshot
from orchestration.reporting import standing

log = logging.getLogger(__name__)
WARN, ERROR = AssetCheckSeverity.WARN, AssetCheckSeverity.ERROR
FRESHNESS = "freshness"


def landing_specs() -> list[AssetCheckSpec]:
    """The checks that the landing itself answers."""
    return [
        AssetCheckSpec(name, asset=DELIVERIES, description=CHECKS[name], blocking=True)
        for name in ("incoming_gate", "nothing_lost")
    ]


def landing_results(home: Home, report: LandingReport, rows: transforming.RowCounts) -> Iterator[AssetCheckResult]:
    """How the landing fared; `rows` are those of the warehouse after it."""
    refused = [one for one in report.outcomes if one.status in ("rejected", "held")]
    rules = Counter(found.rule for one in report.outcomes for found in one.findings)
    numbers = {status: report.counts.get(status, 0) for status in ("accepted", "rejected", "held", "unchanged")}
    yield AssetCheckResult(
        check_name="incoming_gate",
        asset_key=DELIVERIES,
        passed=not refused,
        severity=WARN,
        description="; ".join(f"{one.file_name}: {one.status}" for one in refused) or None,
        metadata={"files": len(report.outcomes), **numbers, "findings": rules.total(), "rules": dict(rules)},
    )
    ledger = receipts.read(home.receipts)
    accepted = sum(one.status == "accepted" for one in ledger.judged.values())
    found = {"files": rows["raw", "files"], "deliveries": rows["raw", "deliveries"]}
    known = {"files": len(ledger.received), "deliveries": accepted}  # held files have no verdict, and are there too
    obstacles = list(dict.fromkeys([*report.obstacles, *_forgotten(home, ledger)]))
    if not obstacles and found != known:
        obstacles = [f"Volgens het register {known}, in het magazijn {found}."]
    yield AssetCheckResult(
        check_name="nothing_lost",
        asset_key=DELIVERIES,
        passed=not obstacles,
        severity=ERROR,
        description="\n".join(obstacles) or None,
        metadata={**known, "files_in_warehouse": found["files"], "deliveries_in_warehouse": found["deliveries"]},
    )


def _forgotten(home: Home, ledger: Ledger) -> list[str]:
    """What the published file knows of the ledger, and the ledger no longer holds."""
    return [problem.text for head in memory.head(home) for problem in soundness.beyond(ledger, head)]


def asset_checks(home: Home) -> list[AssetChecksDefinition]:
    """The checks with a step of their own."""

    @asset_check(asset=REPORTING, description=CHECKS["reporting_rate"])
    def reporting_rate(context: AssetCheckExecutionContext, writable_home: WritableHome) -> AssetCheckResult:
        """Who has not delivered yet for the quarter that the run answers for; warns once the deadline has passed."""
        today = writable_home.settings.today()
        quarter = partitions.answered_quarter(writable_home.home, context.run, today)
        return _reporting_result(writable_home.home, quarter or "", today)

    @asset_check(asset=COMPARED, description=CHECKS["warnings_across_quarters"])
    def warnings_across_quarters(writable_home: WritableHome) -> AssetCheckResult:
        """The warnings that only an earlier quarter shows, counted; they stop nothing."""
        from orchestration.quality import across_quarters  # noqa: PLC0415  importing it takes seconds

        warnings = across_quarters.judge(writable_home.home.warehouse)
        for remark in warnings.remarks:
            log.warning("Let op: %s", remark)
        # keys that stay the same from run to run: only then are they plotted over time
        counts = {**warnings.failed, **{f"{rule}_checked": warnings.checked.get(rule, 0) for rule in warnings.failed}}
        passed = not warnings.crashed and not any(warnings.failed.values())
        return AssetCheckResult(passed=passed, severity=WARN, metadata=counts)

    @asset_check(asset=CANDIDATE, description=CHECKS["outgoing_gate"], blocking=True)
    def outgoing_gate(writable_home: WritableHome) -> AssetCheckResult:
        """What Great Expectations finds in the very file that is to be published."""
        from orchestration.quality import outgoing  # noqa: PLC0415  importing it takes seconds

        log.info("Publicatie toetsen")
        candidate = published_file.candidate(writable_home.home)
        with ExitStack() as reading:
            published = writable_home.home.published
            with suppress(NothingPublished):  # a copy: whatever else holds the file open, or lies beside it
                published = reading.enter_context(snapshot(writable_home.home))
            verdict = outgoing.judge(candidate, published)
        lost = _lost(writable_home.home, candidate)
        problems = [*verdict.problems, *lost]
        for problem in problems:
            log.error("Niet gepubliceerd: %s", problem)
        for remark in verdict.remarks:
            log.warning("Let op: %s", remark)
        if not problems:
            published_file.approve(writable_home.home)
        numbers = {f"{name}_checked": rows for name, rows in verdict.checked.items()}
        words = {"problems": problems, "remarks": list(verdict.remarks)}
        return AssetCheckResult(
            passed=not problems, description="; ".join(problems) or None, metadata={**numbers, **words}
        )

    @asset_check(asset=PUBLISHED, name=FRESHNESS, description=CHECKS[FRESHNESS])
    def freshness() -> AssetCheckResult:
        """Whether the published figures were computed after the last deadline."""
        return freshness_result(home, Settings.of(home))

    return [reporting_rate, warnings_across_quarters, outgoing_gate, freshness]


def _lost(home: Home, candidate: Path) -> list[str]:
    """Whose published delivery this candidate would lose, though nobody withdrew it or said why."""
    lost = [" ".join(pair) for pair in memory.lost_in(home, candidate, receipts.read(home.receipts))]
    if not lost:
        return []
    do = soundness.void_command(receipts.read(home.receipts).taken + 1)
    return [
        f"gepubliceerd en nu niet meer in tel: {', '.join(lost)}. Zet terug wat weg is; trok de organisatie haar in, "
        f"dan zegt een levering met de verklaring `withdrawn` dat; is zij kwijt, zeg dat met {do}"
    ]


def freshness_result(home: Home, settings: Settings) -> AssetCheckResult:
    """Warns while the last deadline has passed and nothing was published since."""
    due, built = partitions.last_due(home, settings.today()), standing.built_at(home)
    passed = due is None or standing.is_fresh(home, due[1])
    age = (settings.moment() - built).total_seconds() / 86_400 if built else None
    return AssetCheckResult(
        asset_key=PUBLISHED,
        check_name=FRESHNESS,
        passed=passed,
        severity=WARN,
        description=None if passed or due is None else f"Sinds de deadline van {due[0]} is niets gepubliceerd.",
        metadata={"quarter": due[0] if due else "", **({"days_old": round(age, 2)} if age is not None else {})},
    )


def _reporting_result(home: Home, quarter: str, today: date) -> AssetCheckResult:
    missing = closing.missing_deliveries(home, quarter) if quarter else []
    silent = sorted({one.organisation_id for one in missing})
    row = next((row for row in partitions.quarter_list(home) if row["quarter"] == quarter), None)
    if silent:
        log.warning("Nog niet (geheel) binnen voor %s: %s", quarter, ", ".join(silent))
    rates = closing.reporting_rates(home, quarter)
    return AssetCheckResult(
        passed=not missing or row is None or row["deadline"] >= today.isoformat(),
        severity=WARN,
        description="; ".join(map(str, missing)) or None,
        metadata={
            "quarter": quarter,
            "missing": silent,
            **{name: rate for name, rate in rates.items() if isinstance(rate, int | float)},
        },
    )
