"""The warnings that only an earlier quarter shows (CONTRACT § 2): judged after the build, over a dbt model.

The model (`int_deliveries_compared`) knows what to compare and how much is allowed, since only the method knows; here
each rule is a Great Expectations check on it, with the level that `rules.csv` gives it. They stop nothing: the mart
`findings` tells them. Importing Great Expectations takes seconds, so import this module late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
    ExpectColumnPairValuesAToBeGreaterThanB,
)
from great_expectations.expectations.expectation import Expectation

from orchestration.quality.session import failing_places, of_rule

COMPARED = "intermediate.int_deliveries_compared"
RULES = ("W105", "W201", "W202", "W203", "W204", "W205")


@dataclass(frozen=True)
class Warnings:
    """How often each rule was looked at and failed, and the deliveries on which its check crashed: nothing is known."""

    checked: dict[str, int]
    failed: dict[str, int]
    crashed: dict[str, list[str]]

    @property
    def remarks(self) -> list[str]:
        """What went wrong with the checks themselves, in Dutch."""
        return [
            f"Controle {rule} liep vast bij {len(deliveries)} levering(en): of daar iets te melden is, is niet bekend "
            f"({', '.join(deliveries[:5])}{', …' if len(deliveries) > 5 else ''})."
            for rule, deliveries in self.crashed.items()
        ]


def suite() -> dict[str, Expectation]:
    """One expectation per rule: nothing is found beyond what is allowed."""
    return {
        rule: ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="at_most", column_B="found", or_equal=True, **of_rule(rule)
        )
        for rule in RULES
    }


def judge(warehouse: Path) -> Warnings:
    """Hold every comparison of the built models against its rule."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        compared = connection.sql(f"select rule, organisation_id, quarter, found, at_most from {COMPARED}").df()
    checked = Counter(compared["rule"])
    failed: dict[str, int] = {}
    crashed: dict[str, list[str]] = {}
    for rule, expectation in suite().items():
        failing, unknown = _check(compared[compared["rule"] == rule], [expectation])
        failed[rule] = failing
        if not unknown.empty:
            names = unknown["organisation_id"] + " " + unknown["quarter"]
            crashed[rule] = sorted(set(names))
    return Warnings(dict(checked), failed, crashed)


def _check(frame: pd.DataFrame, expectation: Sequence[Expectation]) -> tuple[int, pd.DataFrame]:
    """How many rows fail, and the rows on which the check itself does: looked for by halves, the others go on."""
    if frame.empty:
        return 0, frame
    places = failing_places(frame, expectation).get(id(expectation[0]))
    if places is not None:
        return len(places), frame.iloc[:0]
    if len(frame) == 1:
        return 0, frame
    half = len(frame) // 2
    parts = [_check(frame.iloc[:half], expectation), _check(frame.iloc[half:], expectation)]
    return sum(part[0] for part in parts), pd.concat([part[1] for part in parts])
