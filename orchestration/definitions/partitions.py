"""The quarters and years that a run can answer for. They name a run; every run rebuilds the whole."""

from __future__ import annotations

from datetime import date

from dagster import DagsterRun, StaticPartitionsDefinition

from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.running.dagster_private import ASSET_PARTITION_RANGE_END_TAG, PARTITION_NAME_TAG


def quarters(home: Home) -> StaticPartitionsDefinition:
    """`2022-Q4` … as in the reference list."""
    return StaticPartitionsDefinition([row["quarter"] for row in quarter_list(home)])


def years(home: Home) -> StaticPartitionsDefinition:
    """`2022`, `2023`, … of those quarters."""
    return StaticPartitionsDefinition(sorted({row["quarter"][:4] for row in quarter_list(home)}))


def quarter_list(home: Home) -> list[dict[str, str]]:
    """The rows of quarters.csv in force: quarter, first_day, last_day, deadline (ISO dates)."""
    return reference_list(home, "quarters")


def last_ended(home: Home, today: date) -> str | None:
    """The newest quarter that has ended."""
    return max((row["quarter"] for row in quarter_list(home) if row["last_day"] < today.isoformat()), default=None)


def last_due(home: Home, today: date) -> tuple[str, date] | None:
    """The newest quarter whose deadline has passed, with that deadline."""
    passed = [row for row in quarter_list(home) if row["deadline"] < today.isoformat()]
    newest = max(passed, key=lambda row: row["deadline"], default=None)
    return (newest["quarter"], date.fromisoformat(newest["deadline"])) if newest else None


def answered_quarter(home: Home, run: DagsterRun, today: date) -> str | None:
    """The quarter that a run answers for: its partition, the last of its partitions, or the last quarter that ended."""
    named = run.tags.get(PARTITION_NAME_TAG) or run.tags.get(ASSET_PARTITION_RANGE_END_TAG)
    return named if named and "Q" in named else last_ended(home, today)
