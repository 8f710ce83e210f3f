"""What was or will be handed out, as rows: the public figures of a file, its national totals, its providers' own parts.

Reads a file of marts, internal or published; what follows from the rows is for `linked`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publishing.disclosure.tables.lists import PublicTable
from orchestration.publishing.rows import Row, rows

REGIONAL = """
    select
        figure_key, level, period, period_type, region_code, trajectory, measure, breakdown, year_status, status, unit,
        aggregation, value, numerator, denominator, denominator_measure, round(value, 1) as rounded
    from marts.figures where level = 'region' and breakdown is null and list_contains(?::varchar[], measure)
    order by all
"""
BELOW = """
    select distinct unnest([measure, denominator_measure, replace(measure, 'pct_', '')]) as measure from marts.figures
    where level = 'region' and breakdown is null and (?::varchar[] is null or list_contains(?::varchar[], measure))
"""
NATION = """
    select period, trajectory, measure, value, numerator, denominator
    from marts.figures where level = 'national' and breakdown is null and status = 'known' order by all
"""
PERIODS = "select period, period_start, period_end from marts.dim_period order by all"
SCOPES = "select trajectory, trajectories from marts.dim_trajectory order by all"
PARTS = """
    select organisation_id, period, region_code, trajectory, measure, value
    from marts.figures
    where level = 'organisation' and region_code is not null and breakdown is null and unit = 'count' and not is_total
        and list_contains(?::varchar[], measure)
    order by all
"""
PRESENT = """
    select period, region_code, value from marts.figures
    where level = 'region' and trajectory = 'all' and measure = 'organisations' order by all
"""
PRINTED = """
    select period, region_code, trajectory, measure, published_value from marts.published_reconciliation
    where level = 'region' and region_code is not null and published_value is not null and unit in ('count', 'percent')
    order by all
"""
Place = tuple[str, str, str]  # period, region (or scope), measure and the like


@dataclass
class Snapshot:
    """The public regional figures at one moment; `shown` and `hidden` by key, empty where it is still to be decided.

    `fresh`: the keys of rows that were withheld, of which nobody can say whether they changed.
    """

    name: str
    figures: Mapping[str, Row]
    table_of: Mapping[str, str]
    nation: Mapping[tuple[str, str, str], Row]
    shown: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    parts: list[Row] = field(default_factory=list)
    present: Mapping[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Calendar:
    """How periods and scopes hold each other."""

    periods: Mapping[str, tuple[Any, Any]]
    scopes: Mapping[str, frozenset[str]]

    def holds(self, longer: str, shorter: str) -> bool:
        if longer == shorter or not {longer, shorter} <= self.periods.keys():
            return False
        (start, end), (first, last) = self.periods[longer], self.periods[shorter]
        return bool(start <= first and last <= end)

    def begins(self, longer: str, quarter: str) -> bool:
        """Whether a quarter is the first of a period."""
        return "Q" in quarter and self.periods[longer][0] == self.periods[quarter][0]


def taken(path: Path, name: str, tables: tuple[PublicTable, ...], also: frozenset[str] = frozenset()) -> Snapshot:
    """The figures that these tables publish, as they stand in a file; `also`: measures known from elsewhere."""
    regional = [table for table in tables if table.level == "region"]
    sets = [table.measures for table in regional]
    asked = None if None in sets else sorted(also.union(*(one for one in sets if one is not None)))
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        needed = [row["measure"] for row in rows(connection, BELOW, [asked, asked])]
        found = rows(connection, REGIONAL, [needed])
        table_of = {row["figure_key"]: one.name for row in found for one in reversed(regional) if one.holds(row)}
        return Snapshot(
            name,
            {row["figure_key"]: row for row in found},
            table_of,
            {(row["period"], row["trajectory"], row["measure"]): row for row in rows(connection, NATION)},
            parts=rows(connection, PARTS, [needed]),
            present={(row["period"], row["region_code"]): row["value"] for row in rows(connection, PRESENT)},
        )


def calendar(path: Path) -> Calendar:
    """Periods and scopes, as the file describes them."""
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        periods = {row["period"]: (row["period_start"], row["period_end"]) for row in rows(connection, PERIODS)}
        scopes = {row["trajectory"]: frozenset(str(row["trajectories"]).split()) for row in rows(connection, SCOPES)}
    return Calendar(periods, scopes)


def printed(path: Path) -> dict[str, float]:
    """What the documents print of regions, by the key of our figure."""
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        found = rows(connection, PRINTED)
    key = "{period}/region/{region_code}/-/{trajectory}/{measure}/-/-"
    return {key.format_map(row): row["published_value"] for row in found}
