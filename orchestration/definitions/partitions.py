"""The quarters and years that a run can answer for. They name a run; every run rebuilds the whole."""

from __future__ import annotations

import csv

from dagster import StaticPartitionsDefinition

from orchestration.home import Home


def quarters(home: Home) -> StaticPartitionsDefinition:
    """`2022-Q4` … as in the reference list."""
    return StaticPartitionsDefinition([row["quarter"] for row in quarter_list(home)])


def years(home: Home) -> StaticPartitionsDefinition:
    """`2022`, `2023`, … of those quarters."""
    return StaticPartitionsDefinition(sorted({row["quarter"][:4] for row in quarter_list(home)}))


def quarter_list(home: Home) -> list[dict[str, str]]:
    """The rows of quarters.csv in force: quarter, first_day, last_day, deadline (ISO dates)."""
    with home.reference_list("quarters").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
