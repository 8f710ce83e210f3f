"""The first door: judges files before anything of them reaches staging (CONTRACT § 2, what one file shows by itself).

Importing Great Expectations takes seconds, so import this module late. One file is judged by itself, but all files
of a batch are checked in one go. What the checks look at is derived in `incoming_frames`; what they say, and whether
it is an error, a warning or an info, stands in `rules.csv`. What an earlier quarter shows is for `across_quarters`.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
    ExpectColumnPairValuesAToBeGreaterThanB,
)
from great_expectations.expectations.core.expect_column_pair_values_to_be_equal import (
    ExpectColumnPairValuesToBeEqual,
)
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)
from great_expectations.expectations.core.expect_column_values_to_match_regex import (
    ExpectColumnValuesToMatchRegex,
)
from great_expectations.expectations.core.expect_column_values_to_not_match_regex import (
    ExpectColumnValuesToNotMatchRegex,
)
from great_expectations.expectations.expectation import Expectation

from orchestration.findings.findings import PER_RULE, Finding, Ours, capped, finding, finding_on_sheet, gathered, more
from orchestration.quality.door import effort, incoming_frames
from orchestration.quality.door.incoming_frames import Candidate
from orchestration.quality.session import failing_places, levels, of_rule, weighed
from orchestration.reading.tidy import MOST_CLIENTS, ReadFile

LOG = logging.getLogger(__name__)
NEGATIVE = r"^-[0-9]+(?:[.,][0-9]+)?\Z"
FRACTIONAL = r"^[0-9]+[.,][0-9]+\Z"
WHOLE = r"^[0-9]+\Z"
# what is missing stands in no row: the values by which a reader may know its place all the same
PLACED_BY = {
    "door_organisations": ("organisation_id",),
    "door_owners": ("said_name",),
    "door_quarters": ("quarter",),
    "door_activity": ("quarter",),
    "door_expected_cells": ("region_code", "trajectory", "measure", "breakdown", "category"),
    "door_groups": ("region_code", "trajectory", "measure_group"),
}


Files = Mapping[int, ReadFile]


@dataclass
class Judgement:
    """What the door says of one file: refused on errors, held where a check crashed, else good."""

    organisation_id: str | None = None
    quarter: str | None = None
    findings: list[Finding] = field(default_factory=list)
    held_by: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        if self.held_by:
            return "held"
        return "rejected" if any(one.level == "error" for one in self.findings) else "accepted"


@dataclass(frozen=True)
class Outcome:
    """What one check found: the places where it fails, and the files for which it could not be done."""

    rule: str
    places: list[int]
    held: list[int]


def suites() -> dict[str, list[Expectation]]:
    """Every acceptance rule, by the table (`incoming_frames.sql`) that it is checked on."""
    return {
        "door_organisations": [
            _at_most("E201", "nth", 1),
            _true("E202", "organisation_is_known"),
        ],
        "door_owners": [
            ExpectColumnValuesToBeInSet(column="is_of_another", value_set=[False], **of_rule("E208")),
            _true("E209", "is_senders"),
            _true("W113", "name_is_known"),
        ],
        "door_quarters": [
            _at_most("E203", "nth", 1),
            ExpectColumnValuesToMatchRegex(column="quarter", regex=r"^[0-9]{4}-Q[1-4]\Z", **of_rule("E204")),
            _true("E205", "quarter_is_listed"),
            ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="landed_on",
                column_B="last_day",
                or_equal=False,
                ignore_row_if="either_value_is_missing",
                **of_rule("E206"),
            ),
        ],
        "door_landings": [_not_below("I802", "deadline", "landed_on")],
        "door_activity": [
            _not_below("E207", "quarter", "active_from"),
            _not_below("E207", "active_to", "quarter"),
        ],
        "door_trajectories": [_not_below("E305", "quarter", "registered_from")],
        "door_cells": _cell_checks(),
        "door_expected_cells": [_true("E502", "is_here")],
        "door_groups": [_true("E503", "core_is_here"), _true("E504", "group_is_here")],
        "door_totals": [
            _not_below("E601", "paid_work", "durable_paid_work"),
            _not_below("E602", "ever_paid_work", "paid_work"),
            _not_below("E603", "clients_total", "paid_work"),
        ],
        "door_breakdowns": [
            ExpectColumnPairValuesToBeEqual(
                column_A="parts_total",
                column_B="whole_total",
                ignore_row_if="either_value_is_missing",
                **of_rule("W101"),
            ),
        ],
        "door_parts": [
            _not_below("W102", "paid_work", "started_paid_work"),
            _not_below("W103", "clients_total", "job_duration"),
            _not_below("W104", "ever_paid_work", "time_to_first_job"),
            _not_below("W106", "clients_and_some", "ended"),
            _not_below("W107", "paid_work_and_some", "stopped_paid_work"),
            _not_below("W111", "clients_total", "ever_worked"),
        ],
        "door_activities": [
            _not_below("W108", "in_education", "started_education"),
            _not_below("W109", "in_education_and_some", "stopped_education"),
            _not_below("W110", "clients_total", "part_of_clients"),
        ],
        "door_declarations": [
            _true("E701", "is_well_formed"),
            _at_most("E702", "cells", 0),
            _at_most("E703", "other_rows", 0),
            _true("E501", "is_first"),
        ],
    }


def _cell_checks() -> list[Expectation]:
    return [
        _true("E301", "region_is_known"),
        _true("E302", "trajectory_is_known"),
        _true("E303", "combination_is_known"),
        _not_below("E304", "quarter", "valid_from"),
        _not_below("E304", "valid_to", "quarter"),
        ExpectColumnValuesToNotMatchRegex(column="clients", regex=r"^\Z", **of_rule("E401")),
        ExpectColumnValuesToNotMatchRegex(column="clients", regex=NEGATIVE, **of_rule("E402")),
        ExpectColumnValuesToNotMatchRegex(column="clients", regex=FRACTIONAL, **of_rule("E403")),
        # what has been called missing, negative or fractional is not also called no number
        ExpectColumnValuesToMatchRegex(
            column="clients", regex=rf"^\Z|{WHOLE}|{NEGATIVE}|{FRACTIONAL}", **of_rule("E404")
        ),
        _at_most("E405", "number", MOST_CLIENTS),
        _true("E501", "is_first"),
    ]


def judge(connection: duckdb.DuckDBPyConnection, candidates: Sequence[Candidate]) -> dict[int, Judgement]:
    """The judgement of each file by its number; `connection` must hold the lists of schema `reference`."""
    try:
        with effort.at_most(connection, effort.of(len(candidates))):
            return _judge(connection, candidates)
    except effort.TooMuch:
        if len(candidates) == 1:
            return {candidates[0].receipt: _alone(connection, candidates[0])}
    except (duckdb.DataError, duckdb.InternalError):
        LOG.exception("De controle van %d bestand(en) liep vast.", len(candidates))
    if len(candidates) == 1:
        return {candidates[0].receipt: Judgement(held_by=["incoming_frames"])}
    half = len(candidates) // 2
    return judge(connection, candidates[:half]) | judge(connection, candidates[half:])


def _alone(connection: duckdb.DuckDBPyConnection, candidate: Candidate) -> Judgement:
    """Once more, now that nothing has to be started: what is too much again is the file's own doing."""
    try:
        with effort.at_most(connection, effort.SECONDS):
            return _judge(connection, [candidate])[candidate.receipt]
    except effort.TooMuch:
        problem = f"het controleren kost meer dan {effort.SECONDS:.0f} seconden rekentijd"
        return Judgement(findings=[finding("E115", problem=problem)])


def _judge(connection: duckdb.DuckDBPyConnection, candidates: Sequence[Candidate]) -> dict[int, Judgement]:
    incoming_frames.build(connection, candidates)
    judgements = _owners(connection)
    files = {candidate.receipt: candidate.file for candidate in candidates}
    for receipt, file in files.items():
        judgements[receipt].findings += capped(gathered(file.findings))
    for table, expectations in suites().items():
        for outcome in _check(connection, table, expectations, list(judgements)):
            for receipt in outcome.held:
                judgements[receipt].held_by.append(outcome.rule)
            for receipt, findings in _findings(connection, table, outcome, files).items():
                judgements[receipt].findings += findings
    in_home = levels(connection)
    for judgement in judgements.values():
        judgement.findings = sorted(weighed(judgement.findings, in_home), key=lambda one: one.rule)
        if judgement.status != "accepted":  # an info is about what was accepted
            judgement.findings = [one for one in judgement.findings if one.level != "info"]
    return judgements


def _owners(connection: duckdb.DuckDBPyConnection) -> dict[int, Judgement]:
    found = connection.sql("select receipt, organisation_id, quarter from door_files").fetchall()
    return {receipt: Judgement(organisation_id, quarter) for receipt, organisation_id, quarter in found}


def _findings(
    connection: duckdb.DuckDBPyConnection, table: str, outcome: Outcome, files: Files
) -> Mapping[int, list[Finding]]:
    """The findings of a failed check by file, no more of them than anyone would read."""
    if not outcome.places:
        return {}
    labels = incoming_frames.labels(connection)
    found: dict[int, list[Finding]] = defaultdict(list)
    failing: dict[int, int] = {}
    for known in incoming_frames.facts(connection, table, outcome.places, PER_RULE):
        receipt, nearest = known["receipt"], known.pop("location")
        failing[receipt] = known.pop("failing")
        file = files[receipt]
        location, no_place = _place(file, tuple(known[part] for part in PLACED_BY.get(table, ())), nearest)
        told = {**known, **labels.of(known), "no_place": no_place}
        say = finding_on_sheet if file.is_template else finding
        found[receipt].append(say(outcome.rule, location, **told))
    for receipt, count in failing.items():
        found[receipt] = gathered(found[receipt])
        if count > PER_RULE:
            found[receipt].append(more(outcome.rule, count - PER_RULE))
    return found


def _place(file: ReadFile, key: tuple[str, ...], nearest: str) -> tuple[str, Ours]:
    """Where a finding stands, and what is to be said when its cell has no place in the edition that was sent."""
    if key in file.places:
        return file.places[key], Ours("")
    row = file.places.get(key[:2]) if len(key) > len(("region", "trajectory", "group")) else None
    return row or nearest, Ours(incoming_frames.NO_PLACE if row else "")


def _check(
    connection: duckdb.DuckDBPyConnection, table: str, expectations: Sequence[Expectation], receipts: Sequence[int]
) -> Iterator[Outcome]:
    """The outcome of each expectation. A crash is not a failure: it is looked into file by file."""
    frame = incoming_frames.checked(connection, table, _columns(expectations), receipts)
    if frame.empty:
        return
    results = failing_places(frame, expectations)
    places = frame["places"].tolist()
    for expectation in expectations:
        rule = _meta(expectation)["rule"]
        failing = results.get(id(expectation))
        if failing is not None:
            yield Outcome(rule, [place for one in failing for place in places[one]], [])
        elif len(receipts) == 1:
            yield Outcome(rule, [], list(receipts))
        else:
            half = len(receipts) // 2
            yield from _check(connection, table, [expectation], receipts[:half])
            yield from _check(connection, table, [expectation], receipts[half:])


def _meta(described: Any) -> dict[str, Any]:
    return described.meta or {}


def _columns(expectations: Sequence[Expectation]) -> list[str]:
    names = [getattr(one, key, None) for one in expectations for key in ("column", "column_A", "column_B")]
    return list(dict.fromkeys(name for name in names if name))


def _true(rule: str, column: str) -> Expectation:
    return ExpectColumnValuesToBeInSet(column=column, value_set=[True], **of_rule(rule))


def _at_most(rule: str, column: str, most: int) -> Expectation:
    return ExpectColumnValuesToBeBetween(column=column, max_value=most, **of_rule(rule))


def _not_below(rule: str, column: str, floor: str) -> Expectation:
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=column,
        column_B=floor,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        **of_rule(rule),
    )
