"""An attacker who has the public files of all releases and the printed documents, and nothing else.

Written from what the files say (docs/public.md), in whole numbers by CP-SAT; shares no code with what protects.
It takes a hidden figure to be the same in two releases where nothing that is shown of its sum has changed.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home.paths import SEEDS
from tests.support import whole_numbers

CLASSES = {"10–19": (10, 19), "20–49": (20, 49), "50–99": (50, 99), "100+": (100, math.inf)}
# the gate of a quarter, and the formula of a year; that who works is a client holds of no year's estimate
QUARTERLY = (("durable_paid_work", "paid_work"), ("paid_work", "clients_active"))
ANNUAL = (("clients_started", "clients_active"),)
YEARLY = ("clients_active", "paid_work")
Key = tuple[str, str, str, str]  # period, region, trajectory, measure
Rows = list[tuple[list[tuple[int, float]], float, float]]


@dataclass
class Outsider:
    """What is known: numbers with their least value, known values, and rows over them."""

    least: dict[int, int] = field(default_factory=dict)
    known: dict[int, int] = field(default_factory=dict)
    rows: Rows = field(default_factory=list)
    number_of: dict[tuple[Any, ...], int] = field(default_factory=dict)
    newest: dict[Key, int] = field(default_factory=dict)

    def number(self, *identity: Any) -> int:
        return self.number_of.setdefault(identity, len(self.number_of))

    def interval(self, number: int) -> tuple[int, int]:
        """What a number can be."""
        if number in self.known:
            return self.known[number], self.known[number]
        group, rows, waiting = {number}, set(), [number]
        while waiting:
            for place in self._rows_of[waiting.pop()] - rows:
                rows.add(place)
                new = {part for part, _ in self.rows[place][0] if part not in self.known} - group
                group |= new
                waiting += new
        unknown = {one: self.least.get(one, 0) for one in group}
        return whole_numbers.interval(unknown, self.known, [self.rows[one] for one in sorted(rows)], number)

    @cached_property
    def _rows_of(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for place, (parts, _, _) in enumerate(self.rows):
            for part, _ in parts:
                found.setdefault(part, set()).add(place)
        return found


def read(files: Sequence[Path], with_prints: bool) -> Outsider:
    """All that follows from these files, oldest first."""
    found = Outsider()
    prints = _printed() if with_prints else {}
    for file in files:
        with duckdb.connect(str(file), read_only=True) as connection:
            columns = "period, region_code, trajectory, measure, value, status, unit, denominator_class, aggregation"
            regional = connection.execute(f"select {columns} from marts.figures where level = 'region'").fetchall()
            columns = "period, trajectory, measure, value, numerator, denominator"
            whole = "level = 'national' and breakdown is null"
            totals = connection.execute(f"select {columns} from marts.figures where {whole}").fetchall()
        nation = {(period, scope, measure): rest for period, scope, measure, *rest in totals}
        _sums(found, regional, nation, prints)
        _shares(found, regional, nation, prints)
    _orders(found, prints)
    return found


def _sums(found: Outsider, regional: list[Any], nation: dict[Any, Any], prints: dict[Key, float]) -> None:
    by_row: dict[tuple[str, str, str], list[tuple[str, Any, str]]] = {}
    for period, region, scope, measure, value, status, unit, _, aggregation in regional:
        if unit == "count" and aggregation != "distinct" and status in ("known", "hidden"):
            by_row.setdefault((period, scope, measure), []).append((region, value, status))
    for (period, scope, measure), cells in by_row.items():
        total = nation[period, scope, measure][0]
        state = (total, tuple(sorted((region, value) for region, value, _ in cells if value is not None)))
        zeros_shown = any(value == 0 for _, value, _ in cells) or all(value is not None for _, value, _ in cells)
        parts = []
        for region, value, status in cells:
            key = (period, region, scope, measure)
            printed = prints.get(key)
            if status == "hidden":
                number = found.number(key, state)
                found.least[number] = 1 if zeros_shown else 0
            else:
                assert printed is None or printed == value, key
                number = found.number(key, ("shown", value))
                found.known[number] = round(value)
            found.newest[key] = number
            parts.append((number, 1.0))
        found.rows.append((parts, total, total))


def _shares(found: Outsider, regional: list[Any], nation: dict[Any, Any], prints: dict[Key, float]) -> None:
    sums: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for period, region, scope, measure, value, status, unit, size, _ in regional:
        if unit != "percent" or status not in ("known", "hidden"):
            continue
        key = (period, region, scope, measure)
        base, above, rest = (found.number(key, part) for part in ("denominator", "numerator", "rest"))
        found.least |= {base: 1, above: 0, rest: 0}
        found.rows.append(([(base, 1.0), (above, -1.0), (rest, -1.0)], 0, 0))
        printed = value if value is not None else prints.get(key)
        if printed is not None:
            for bound, sign in ((printed - 0.05, 1.0), (printed + 0.05, -1.0)):
                found.rows.append(([(above, sign), (base, -sign * round(bound / 100, 4))], 0, math.inf))
        if size:
            found.rows.append(([(base, 1.0)], *CLASSES[size]))
            found.rows += [([(part, 1.0)], 5, math.inf) for part in (above, rest)]
        found.newest |= {(*key[:3], f"{measure}/{part}"): n for part, n in (("denominator", base), ("rest", rest))}
        found.newest[*key[:3], f"{measure}/numerator"] = above
        sums.setdefault((period, scope, measure), []).append((base, above))
    for place, pairs in sums.items():
        _, numerator, denominator = nation[place]
        found.rows.append(([(base, 1.0) for base, _ in pairs], denominator, denominator))
        found.rows.append(([(above, 1.0) for _, above in pairs], numerator, numerator))


def _orders(found: Outsider, prints: dict[Key, float]) -> None:
    places = dict(found.newest)
    for key, value in prints.items():
        if key not in places and key[3] in YEARLY:
            places[key] = found.number(key, "printed")
            found.known[places[key]] = round(value)
    for (period, region, scope, measure), number in places.items():
        orders = QUARTERLY if "-Q" in period else ANNUAL
        uppers = [(period, region, scope, upper) for lower, upper in orders if lower == measure]
        if measure in YEARLY and "-Q" in period:
            uppers.append((period[:4], region, scope, measure))
        stock, started = (f"{period}-Q1", region, scope, measure), (period, region, scope, "clients_started")
        if measure == "clients_active" and {stock, started} <= places.keys():  # the formula of a year
            parts = [(number, 1.0), (places[stock], -1.0), (places[started], -1.0)]
            found.rows.append((parts, 0, math.inf))
        for upper in uppers:
            if upper in places:
                found.rows.append(([(places[upper], 1.0), (number, -1.0)], 0, math.inf))


def _printed() -> dict[Key, float]:
    """Tabel 3.1 as it is printed."""
    with (SEEDS / "reference" / "regions.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["region_name"]: row["region_code"] for row in csv.DictReader(file)}
    found = {}
    with (SEEDS / "reports" / "figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (
                row["locator"] == "Tabel 3.1"
                and row["geography"] in codes
                and row["measure"] != "providers"
                and row["value"]
            ):
                key = (row["period"], codes[row["geography"]], row["trajectory"], row["measure"])
                found[key] = float(row["value"])
    return found
