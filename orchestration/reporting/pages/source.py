"""The file that pages are made from, opened for reading, and its rows by key. It opens no other file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publishing.rows import Row, rows
from orchestration.reporting.pages.cells import Cell

LEVELS = ("national", "region", "organisation")
TRAJECTORIES = ("ips", "wabz", "jobcoaching", "uwv_werkfit", "uwv_naar_werk", "other")
# columns whose unit is not that of the row
UNITS = {"change_pct_of_previous": ("percent", 1), "change_pct_of_current": ("percent", 1), "known_pct": ("percent", 0)}
# what any page shows or says of a row
COLUMNS = (
    "period", "compared_period", "measure", "trajectory", "region_code", "organisation_id", "breakdown",
    "category", "unit", "value", "compared_value", "status", "compared_status", "numerator", "denominator",
    "denominator_measure", "is_estimate", "known_pct", "parts", "parts_known", "period_status", "year_status",
    "change", "change_pct_of_previous", "like_for_like_value", "like_for_like_compared_value",
    "like_for_like_change", "pairs", "change_present_in_both", "change_newly_known", "change_no_longer_known",
    "holds_like_for_like", "not_comparable_reason",
)  # fmt: skip
COUNTS = {"numerator", "denominator", "parts", "parts_known", "pairs"}


@dataclass(frozen=True)
class Line:
    """A row of `figures` or `changes`; `row` is empty where the file has none by that key."""

    table: str
    key: str
    row: Mapping[str, Any]
    decimals: int
    small_base: float

    def __bool__(self) -> bool:
        return bool(self.row)

    def __getitem__(self, column: str) -> Any:
        return self.row.get(column)

    def cell(self, column: str = "value") -> Cell:
        """The number in a column; unknown where the row or the column is not there."""
        if column not in self.row:
            return Cell(self.table, "", column, None, "unknown")
        unit, decimals = UNITS.get(column, (self.row.get("unit", "count"), self.decimals))
        if column in COUNTS:
            unit, decimals = "count", 0
        status = self.row.get("compared_status" if column == "compared_value" else "status") or "unknown"
        value = self.row[column]
        of = None
        is_small = unit == "percent" and column == "value" and self._is_small
        if is_small and self.row.get("numerator") is not None:
            of = self.cell("numerator"), self.cell("denominator")
        return Cell(self.table, self.key, column, value, status, unit, decimals, of, is_small)

    @property
    def _is_small(self) -> bool:
        """A percentage of so few that it is none: by its denominator, or, in a public region, by the class of it."""
        base = self.row.get("denominator")
        return self.row.get("value") is not None and base is not None and base < self.small_base


class Source:
    """The tables of one file, by key. Everything read is kept: a site asks for the same rows many times."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, rules: Mapping[str, float]) -> None:
        self.connection, self.rules = connection, rules
        connection.execute("set schema = 'marts'" if self._has_schema("marts") else "set schema = 'main'")
        self._rows: dict[tuple[str, str], dict[str, Row]] = {}

    def _has_schema(self, name: str) -> bool:
        return bool(rows(self.connection, "from duckdb_schemas() where schema_name = $name", {"name": name}))

    def figure(self, period: str, measure: str, trajectory: str = "all", **where: str) -> Line:
        """A row of `figures`; `where`: region, organisation, breakdown, category."""
        return self._line("figures", f"{period}/{_series(measure, trajectory, **where)}", measure)

    def change(self, comparison: str, period: str, measure: str, trajectory: str = "all", **where: str) -> Line:
        """A row of `changes`."""
        return self._line("changes", f"{comparison}/{period}/{_series(measure, trajectory, **where)}", measure)

    def table(self, name: str, order: str = "all") -> list[Row]:
        """All rows of a small table, in an order; none when the file has no such table."""
        if name not in self.tables:
            return []
        return rows(self.connection, f"from {name} order by {order}")

    @cached_property
    def tables(self) -> set[str]:
        """What the file holds."""
        return {row["table_name"] for row in rows(self.connection, "from duckdb_tables()")}

    @cached_property
    def indicators(self) -> dict[str, Row]:
        """What each measure is."""
        return {row["measure"]: row for row in self.table("dim_indicators")}

    @cached_property
    def categories(self) -> dict[tuple[str, str], list[Row]]:
        """The categories of each measure and breakdown, in order."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.table("dim_category", "measure, breakdown, category_order"):
            found.setdefault((row["measure"], row["breakdown"]), []).append(row)
        return found

    @cached_property
    def periods(self) -> dict[str, Row]:
        """The periods of which any figure is published, oldest first."""
        query = "select distinct period from figures where level = 'national'"
        published = {row["period"] for row in rows(self.connection, query)}
        return {
            row["period"]: row for row in self.table("dim_period", "period_start, period") if row["period"] in published
        }

    def of_type(self, period_type: str) -> list[str]:
        """The published periods of a type: quarter, half_year or year."""
        return [period for period, row in self.periods.items() if row["period_type"] == period_type]

    @cached_property
    def regions(self) -> dict[str, str]:
        """Names of the regions by code, in alphabetical order."""
        return {row["region_code"]: row["region_name"] for row in self.table("dim_region", "region_name")}

    @cached_property
    def trajectories(self) -> dict[str, str]:
        """Names of the trajectories, and of those counted together."""
        return {row["trajectory"]: row["trajectory_name"] for row in self.table("dim_trajectory")}

    def _line(self, table: str, key: str, measure: str) -> Line:
        place = "/".join(key.split("/")[1 if table == "figures" else 2 :][:3])
        row = self._of_place(table, place).get(key, {})
        decimals = int(self.indicators.get(measure, {}).get("decimals") or 0)
        return Line(table, key, row, decimals, self.rules["small_base_below"])

    def _of_place(self, table: str, place: str) -> dict[str, Row]:
        """The rows of the nation, a region or an organisation, by key."""
        if table not in self.tables:
            return {}
        if (table, place) not in self._rows:
            level, region, organisation = place.split("/")
            key = "figure_key" if table == "figures" else "change_key"
            columns = {row["column_name"] for row in rows(self.connection, f"describe {table}")}
            # the public file has changes of the nation alone, without the columns that say so
            at = {"level": level, "region_code": region, "organisation_id": organisation}
            if any(value not in {"national", "-"} for name, value in at.items() if name not in columns):
                return {}
            values = {name: value for name, value in at.items() if name in columns}
            here = " and ".join(f"coalesce({name}, '-') = ${name}" for name in values) or "true"
            asked = ", ".join([key, *(one for one in COLUMNS if one in columns)])
            query = f"select {asked} from {table} where {here}"
            self._rows[table, place] = {row[key]: row for row in rows(self.connection, query, values)}
        return self._rows[table, place]


def _series(  # noqa: PLR0913, PLR0917
    measure: str, trajectory: str, region: str = "", organisation: str = "", breakdown: str = "", category: str = ""
) -> str:
    level = LEVELS[2] if organisation else LEVELS[1] if region else LEVELS[0]
    return "/".join(
        [level, *(part or "-" for part in (region, organisation, trajectory, measure, breakdown, category))]
    )


@contextmanager
def opened(path: Path, rules: Mapping[str, float]) -> Iterator[Source]:
    """The file at a path, read-only."""
    with duckdb.connect(str(path), read_only=True) as connection:
        yield Source(connection, rules)


@cache
def period_words(period: str) -> str:
    """A period as a sentence has it: "kwartaal 1 van 2025", "de eerste helft van 2024", "2024"."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return f"kwartaal {part[1]} van {year}"
    return {"H1": f"de eerste helft van {year}", "H2": f"de tweede helft van {year}"}.get(part, year)


def period_label(period: str) -> str:
    """A period as an axis has it: "K1 2025", "H1 2024", "2024"."""
    year, _, part = period.partition("-")
    return f"{part.replace('Q', 'K')} {year}" if part else year
