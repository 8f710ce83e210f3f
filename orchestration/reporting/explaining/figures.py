"""Where a row of `figures` or `changes` comes from, read from the published file alone.

What a row says of itself (numerator, denominator, what it rests on) is told; what it is made of is added up again from
the parts in schema `trace`, by the formula of `marts.dim_indicators`. Nothing of the method is written down here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import duckdb

from orchestration.publishing.rows import Row, rows
from orchestration.reporting.explaining.asked import CannotExplain, Key, series_of, why_no_row
from orchestration.reporting.explaining.wide_marts import INFLOW, TERMS, Number, preceding, quarters_of

PRESENCES = ("present_in_both", "newly_known", "no_longer_known")
# a measure of a category is the count of it, or made of that count
OF_A_COUNT = ("share_of_", "client_quarters_", "pct_")
HERE = """
    list_contains($trajectories, trajectory) and ($region is null or region_code = $region)
    and ($organisation is null or organisation_id = $organisation)
"""


@dataclass(frozen=True)
class FigureExplained:
    """A row of `figures` with all that it is made of; `computed` is what its formula gives over the parts."""

    figure: Row
    name: str
    definition: str
    formula: str
    source: str
    computed: Number
    terms: list[Row]
    quarters: list[Row]
    trajectories: list[Row]
    organisations: list[Row]
    inflow: list[Row]
    missing: list[Row]

    @property
    def equal(self) -> bool:
        return _same(self.figure["value"], self.computed)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"equal": self.equal}


@dataclass(frozen=True)
class ChangeExplained:
    """A row of `changes`, and who caused it: per organisation and trajectory what it was and is.

    `computed`: the change that these add up to, per presence; empty where the row names no parts.
    """

    change: Row
    name: str
    definition: str
    source: str
    computed: dict[str, Number]
    pairs: list[Row]
    figure_key: str
    compared_figure_key: str

    @property
    def equal(self) -> bool:
        return all(_same(self.change[f"change_{presence}"], value) for presence, value in self.computed.items())

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"equal": self.equal}


def explain_figure(connection: duckdb.DuckDBPyConnection, key: Key, listed: Mapping[str, set[str]]) -> FigureExplained:
    """Everything behind one row of `figures`. Raises CannotExplain when there is no such row."""
    figure = _row(connection, "figures", "figure_key", key, listed)
    parts = _Parts(connection, figure)
    return FigureExplained(
        figure=figure,
        name=parts.name,
        definition=parts.text("definition_nl"),
        formula=parts.text("formula_nl"),
        source=parts.indicator["source"],
        computed=parts.value(),
        terms=parts.terms(),
        quarters=parts.quarters(),
        trajectories=parts.trajectories(),
        organisations=parts.organisations(),
        inflow=parts.inflow(),
        missing=parts.missing(),
    )


def explain_change(connection: duckdb.DuckDBPyConnection, key: Key, listed: Mapping[str, set[str]]) -> ChangeExplained:
    """Everything behind one row of `changes`. Raises CannotExplain when there is no such row."""
    change = _row(connection, "changes", "change_key", key, listed)
    later, earlier = _Parts(connection, change), _Parts(connection, change | {"period": change["compared_period"]})
    pairs = _pairs(later, earlier)
    named = {one: change[f"change_{one}"] for one in PRESENCES}
    computed: dict[str, Number] = {}
    if any(value is not None for value in named.values()):
        computed = {one: sum(pair["change"] for pair in pairs if pair["presence"] == one) for one in PRESENCES}
    return ChangeExplained(
        change=change,
        name=later.name,
        definition=later.text("definition_nl"),
        source=later.indicator["source"],
        computed=computed,
        pairs=pairs,
        figure_key=f"{change['period']}/{series_of(change)}",
        compared_figure_key=f"{change['compared_period']}/{series_of(change)}",
    )


class _Parts:
    """The parts in `trace` of a row, and what its formula makes of them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, row: Row) -> None:
        self.connection, self.row = connection, row
        self.is_quarter = "-Q" in row["period"]
        self.measure, self.category = row["measure"], row["category"]

    @cached_property
    def indicator(self) -> Row:
        return self._rows("from marts.dim_indicators where measure = $measure", measure=self.measure)[0]

    @cached_property
    def of_measure(self) -> str:
        """The measure of a category as `trace` names it."""
        for prefix in OF_A_COUNT:
            if self.category and self.measure.startswith(prefix):
                return str(self.measure.removeprefix(prefix))
        return str(self.measure)

    @cached_property
    def members(self) -> list[str]:
        """The trajectories of the scope."""
        query = "select trajectories from marts.dim_trajectory where trajectory = $scope"
        return str(self._rows(query, scope=self.row["trajectory"])[0]["trajectories"]).split()

    @property
    def name(self) -> str:
        if not self.category:
            return str(self.indicator["name_nl"])
        query = """
            select name_nl from marts.dim_category
            where measure = $measure and breakdown = $breakdown and category = $category
        """
        found = self._rows(query, measure=self.of_measure, breakdown=self.row["breakdown"], category=self.category)
        return f"{self.indicator['name_nl']}: {found[0]['name_nl'] if found else self.category}"

    def text(self, column: str) -> str:
        """The definition or formula, of the quarter or of the half-year or year."""
        own = (not self.is_quarter and self.indicator[f"period_{column}"]) or self.indicator[column]
        if own or column != "formula_nl":
            return str(own or "")
        if self.row["unit"] == "percent":
            return "100 × {} / {}".format(*(term["name"] for term in self.terms()))
        return f"Σ {self.of_measure}, {self.category}"

    def value(self) -> Number:
        """What the formula gives over the parts of the row."""
        return next((row["value"] for row in self._measured("'' as here")), None)

    def organisations(self) -> list[Row]:
        """Per organisation (of one organisation over all regions: per region) its own number, and what it delivered."""
        if self.row["status"] in {"not_registered", "not_asked"}:
            return []
        if self.row["level"] == "organisation" and not self.row["region_code"]:
            return self._measured("region_code", only_cells=True)
        found = {row["organisation_id"]: row for row in self._measured("organisation_id", only_cells=True)}
        versions = self._rows(
            """
            select organisation_id, list(quarter || ' v' || version order by quarter) as versions
            from trace.deliveries where list_contains($quarters, quarter) and not is_withdrawn
            group by organisation_id order by organisation_id
            """,
            quarters=quarters_of(self.row["period"]),
        )
        return [found[one["organisation_id"]] | one for one in versions if one["organisation_id"] in found]

    def by_pair(self, *, everywhere: bool) -> dict[tuple[str, str], Number]:
        """The number of each organisation and trajectory, here or over all regions."""
        row = self.row | ({"region_code": None} if everywhere else {})
        found = _Parts(self.connection, row)._measured("organisation_id, trajectory")
        return {(one["organisation_id"], one["trajectory"]): one["value"] for one in found}

    def terms(self) -> list[Row]:
        """What is filled in: above and below the line, the inflow's A, B and C, or the terms of the stock-flow."""
        if self.row["unit"] == "percent":
            names = [self.indicator["numerator"] or self.of_measure, self.row["denominator_measure"]]
            if self.category:
                of_whole = self.category if self.measure.startswith("pct_") else "de categorieën samen"
                names = [f"{names[0]}, {self.category}", f"{names[1]}, {of_whole}"]
            values = [self.row["numerator"], self.row["denominator"]]
            return [_term(name, value) for name, value in zip(names, values, strict=True)]
        if self.measure == "clients_started" and self.is_quarter:
            inflow = self.inflow()
            return [_term(name, sum(one[column] for one in inflow)) for column, name in INFLOW.items()]
        if self.is_quarter or self.category:
            return []
        sums = ", ".join(f"sum({term}) as {term}" for term in TERMS)
        query = f"select {sums} from trace.stock_flows where period = $period and stock = $stock and {HERE}"
        found = self._rows(f"{query} having count(*) > 0", stock=self.measure, period=self.row["period"], **self._here)
        return [
            _term(TERMS[term], value) for row in found for term, value in row.items() if value or term != "taken_over"
        ]

    def inflow(self) -> list[Row]:
        """A, B and C of every part whose inflow is known; of a half-year or year nothing: ask for its quarters."""
        if self.measure != "clients_started" or not self.is_quarter:
            return []
        return self._rows(
            f"""
            select organisation_id, region_code, trajectory, {", ".join(INFLOW)}, clients_started from trace.inflow
            where quarter = $period and clients_started is not null and {HERE} order by all
            """,
            period=self.row["period"],
            **self._here,
        )

    def quarters(self) -> list[Row]:
        """The same figure in each quarter of the period (of a quarter: and in the one before)."""
        quarters = quarters_of(self.row["period"])
        if self.is_quarter:
            quarters = [preceding(quarters[0]), *quarters]
        series = series_of(self.row | {"measure": self.measure.removeprefix("client_quarters_")})
        return self._figures("period as quarter", [f"{quarter}/{series}" for quarter in quarters])

    def trajectories(self) -> list[Row]:
        """The same figure of each trajectory that is counted together in the row."""
        if not self.row["is_total"]:
            return []
        keys = [f"{self.row['period']}/{series_of(self.row | {'trajectory': one})}" for one in self.members]
        return self._figures("trajectory", keys)

    def missing(self) -> list[Row]:
        """Deliveries that were expected and are not there; of a region, from who ever delivered on it."""
        return self._rows(
            """
            select organisation_id, trajectory, list(quarter order by quarter) as quarters
            from trace.deliveries_expected
            where not is_delivered and list_contains($quarters, quarter) and list_contains($trajectories, trajectory)
                and ($organisation is null or organisation_id = $organisation)
                and ($region is null or exists (
                    from trace.contributions_quarterly as served
                    where served.organisation_id = deliveries_expected.organisation_id
                        and served.trajectory = deliveries_expected.trajectory and served.region_code = $region
                ))
            group by all order by all
            """,
            quarters=quarters_of(self.row["period"]),
            **self._here,
        )

    def _measured(self, by: str, *, only_cells: bool = False) -> list[Row]:
        """The number, by columns of the parts; with `only_cells` not of what the grid filled with 0."""
        if self.category:
            return self._measured_of_category(by)
        if self.measure == "pct_of_all_trajectories":
            query = f"""
                select {by}, 100.0 * sum(clients_active) filter (where list_contains($trajectories, trajectory))
                    / nullif(sum(clients_active), 0) as value
                from {self._table("contributions")}
                where period = $period and ($region is null or region_code = $region)
                    and ($organisation is null or organisation_id = $organisation)
                group by all having bool_or(has_cells) or not $only_cells order by all
            """
        else:
            query = f"""
                select {by}, {self._expression(by)} as value from {self._table("contributions")}
                where period = $period and {HERE} group by all having bool_or(has_cells) or not $only_cells order by all
            """
        return self._rows(query, period=self.row["period"], only_cells=only_cells, **self._here)

    def _expression(self, by: str) -> str:
        """The formula; of one trajectory what it adds to paid work of all, which is unknown only where it all is."""
        whole = str(self.indicator["quarterly_expression" if self.is_quarter else "period_expression"] or "null")
        guarded = re.fullmatch(r"case when .*? is not null then (.*) end", whole)
        return guarded[1] if guarded and "trajectory" in by else whole

    def _measured_of_category(self, by: str) -> list[Row]:
        """A category that others of its breakdown are there without, counts 0."""
        formula = {
            "share_of_": "100.0 * clients / nullif(all_together, 0)",
            "pct_": "100.0 * clients / nullif(clients_in_category, 0)",
        }.get(next((one for one in OF_A_COUNT if self.measure.startswith(one)), ""), "clients")
        return self._rows(
            f"""
            with parts as (
                select parts.*, coalesce(dim_category.has_share, false) as has_share
                from {self._table("breakdowns")} as parts
                left join marts.dim_category using (measure, breakdown, category)
                where period = $period and measure = $measure and breakdown = $breakdown and {HERE}
            ),
            added_up as (
                select
                    {by},
                    coalesce(sum(clients) filter (where category = $category), 0) as clients,
                    sum(clients_in_category) filter (where category = $category) as clients_in_category,
                    sum(clients) filter (where has_share) as all_together
                from parts group by all having count(*) > 0
            )
            select * exclude (clients, clients_in_category, all_together), {formula} as value from added_up order by all
            """,
            period=self.row["period"],
            measure=self.of_measure,
            breakdown=self.row["breakdown"],
            category=self.category,
            **self._here,
        )

    def _figures(self, column: str, keys: list[str]) -> list[Row]:
        periods = [key.partition("/")[0] for key in keys]
        return self._rows(
            f"""
            select {column}, value, status from marts.figures
            where period between $first and $last and list_contains($keys, figure_key) order by 1
            """,
            first=min(periods),  # a key is made of its columns when it is asked for: only in these rows
            last=max(periods),
            keys=keys,
        )

    def _table(self, parts: str) -> str:
        """The table of those parts, with its period in a column of that name."""
        return (
            f"(select *, quarter as period from trace.{parts}_quarterly)"
            if self.is_quarter
            else f"trace.{parts}_rolled_up"
        )

    @property
    def _here(self) -> dict[str, Any]:
        region, organisation = self.row["region_code"], self.row["organisation_id"]
        return {"trajectories": self.members, "region": region, "organisation": organisation}

    def _rows(self, query: str, **parameters: Any) -> list[Row]:
        return rows(self.connection, query, parameters)


def _pairs(later: _Parts, earlier: _Parts) -> list[Row]:
    """Per organisation and trajectory that is on a side: its number on both, and whether it is known there at all.

    METHOD, Changes and comparisons: a pair that is known in both may still have no cells in this region in one of them.
    """
    sides = [side.by_pair(everywhere=False) for side in (later, earlier)]
    known = [
        {pair for pair, value in side.by_pair(everywhere=True).items() if value is not None}
        for side in (later, earlier)
    ]
    found = []
    for organisation, trajectory in sorted((sides[0].keys() | sides[1].keys()) & (known[0] | known[1])):
        pair = organisation, trajectory
        value, compared = (side.get(pair) for side in sides)
        presence = PRESENCES[0] if pair in known[0] & known[1] else PRESENCES[1 if pair in known[0] else 2]
        change = (value or 0) - (compared or 0)
        found.append({"organisation_id": organisation, "trajectory": trajectory, "value": value,
                      "compared_value": compared, "change": change, "presence": presence})  # fmt: skip
    return found


def _row(
    connection: duckdb.DuckDBPyConnection, mart: str, column: str, key: Key, listed: Mapping[str, set[str]]
) -> Row:
    query = f"from marts.{mart} where period = $period and {column} = $key"
    found = rows(connection, query, {"period": key.period, "key": key.text})
    if not found:
        raise CannotExplain(why_no_row(connection, mart, key, listed))
    return found[0]


def _term(name: str, value: Number) -> Row:
    return {"name": name, "value": value}


def _same(value: Number, computed: Number) -> bool:
    if value is None or computed is None:
        return value is computed
    return math.isclose(value, computed, rel_tol=1e-9, abs_tol=1e-6)
