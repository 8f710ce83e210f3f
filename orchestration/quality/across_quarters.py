"""The warnings that only an earlier delivery shows (CONTRACT § 2): held by a dbt model, at the door and after a build.

The model (`int_deliveries_compared`) knows what to compare and how much is allowed, since only the method knows; here
each rule is a Great Expectations check on it. After a build they stop nothing: the mart `findings` tells them. At the
door the same models run as plain SQL (`across_quarters.sql`, by `make docs`) over tables as those of the warehouse,
with one delivery of each organisation and what that sent before. Importing Great Expectations takes seconds, so import
this module late.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
    ExpectColumnPairValuesAToBeGreaterThanB,
)
from great_expectations.expectations.expectation import Expectation

from orchestration.findings.dutch import GROUPS
from orchestration.findings.findings import Finding, Ours, finding
from orchestration.quality.session import failing_places, levels, of_rule, weighed

COMPARED = "intermediate.int_deliveries_compared"
LOCATED = "intermediate.int_findings_across_quarters_located"
RULES = (
    *("W105", "W201", "W202", "W203", "W204", "W205", "W206", "W207", "W208"),
    *("W209", "W210", "W211", "W212", "W213"),
)
SQL = Path(__file__).with_name("across_quarters.sql")
# what makes a row of the models this one; what no words are made of
KEY = ("rule", "organisation_id", "quarter", "region_code", "trajectory", "measure_group")
WHOLE_NUMBERS = ("at_most", "above_pct")


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
        return _judged(_compared(connection))[0]


@dataclass(frozen=True)
class AtTheDoor:
    """What is found on the deliveries at the door, by receipt, and in Dutch what could not be looked at."""

    findings: Mapping[int, list[Finding]]
    remarks: list[str]


def judge_at_the_door(connection: duckdb.DuckDBPyConnection, receipts: Collection[int]) -> AtTheDoor:
    """The findings on these deliveries; `raw` must hold them with what their organisations sent before.

    What is said of other deliveries (an earlier one, or the quarter after a correction) is for the run.
    """
    connection.execute("create schema if not exists staging; create schema if not exists intermediate")
    connection.execute(SQL.read_text(encoding="utf-8"))
    compared = _compared(connection)
    warnings, failing = _judged(compared)
    keys = {tuple(one) for one in compared.loc[failing, list(KEY)].itertuples(index=False, name=None)}
    found: dict[int, list[Finding]] = defaultdict(list)
    for facts in _located(connection, receipts):
        if tuple(facts[part] for part in KEY) in keys:
            found[facts.pop("receipt")].append(_told(facts))
    in_home = levels(connection)
    return AtTheDoor({receipt: weighed(these, in_home) for receipt, these in found.items()}, warnings.remarks)


def _compared(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    key = ", ".join(f"coalesce({name}, '') as {name}" for name in KEY)
    compared: pd.DataFrame = connection.sql(f"select {key}, found, at_most from {COMPARED}").df()
    return compared


def _judged(compared: pd.DataFrame) -> tuple[Warnings, list[int]]:
    """What came of each rule, and the rows that fail."""
    checked = Counter(compared["rule"])
    failed: dict[str, int] = {}
    crashed: dict[str, list[str]] = {}
    places: list[int] = []
    for rule, expectation in suite().items():
        failing, unknown = _check(compared[compared["rule"] == rule], [expectation])
        failed[rule] = len(failing)
        places += failing
        if not unknown.empty:
            names = unknown["organisation_id"] + " " + unknown["quarter"]
            crashed[rule] = sorted(set(names))
    return Warnings(dict(checked), failed, crashed), places


def _located(connection: duckdb.DuckDBPyConnection, receipts: Collection[int]) -> list[dict[str, Any]]:
    """Everything known of what exceeds its limit on these deliveries, with the names that stand in the words."""
    found = connection.execute(
        f"""
        select located.*, region_name, name_nl as trajectory_name from {LOCATED} as located
        left join reference.regions using (region_code) left join reference.trajectories using (trajectory)
        where receipt in (select unnest($receipts)) order by rule, length(location), location, region_code, trajectory
        """,
        {"receipts": list(receipts)},
    )
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
    return [{name: "" if value is None else value for name, value in row.items()} for row in rows]


def _told(facts: dict[str, Any]) -> Finding:
    """A finding in words, known by the same figures as after the build."""
    rule, location, figures = facts.pop("rule"), facts.pop("location"), facts.pop("figures")
    known = {name: int(fact) if name in WHOLE_NUMBERS else fact for name, fact in facts.items() if fact != ""}
    names = {name: Ours(facts[name]) for name in ("region_name", "trajectory_name")}
    names["group_name"] = Ours(GROUPS.get(facts["measure_group"], facts["measure_group"]))
    return replace(finding(rule, location, **{**known, **names}), figures=figures)


def _check(frame: pd.DataFrame, expectation: Sequence[Expectation]) -> tuple[list[int], pd.DataFrame]:
    """Which rows fail, and the rows on which the check itself does: looked for by halves, the others go on."""
    if frame.empty:
        return [], frame
    places = failing_places(frame, expectation).get(id(expectation[0]))
    if places is not None:
        return places, frame.iloc[:0]
    if len(frame) == 1:
        return [], frame
    half = len(frame) // 2
    parts = [_check(frame.iloc[:half], expectation), _check(frame.iloc[half:], expectation)]
    return [place for part in parts for place in part[0]], pd.concat([part[1] for part in parts])
