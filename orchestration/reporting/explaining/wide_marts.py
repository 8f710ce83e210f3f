"""Where one number of a wide mart comes from, read from the published file alone.

The formula is the one that `marts.dim_indicators` holds, the text with which the mart itself was built, evaluated here
over the parts in schema `trace`. Nothing of the method is written down a second time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import duckdb

from orchestration.findings.dutch import meant
from orchestration.publishing.rows import Row, rows
from orchestration.reporting.explaining.asked import CannotExplain

MARTS = {
    f"{level}_{period_type}": (level, period_type)
    for level in ("trajectory", "region", "national")
    for period_type in ("quarterly", "half_yearly", "annual")
} | {"organisation_quarterly": ("organisation", "quarterly")}
# which columns say what a row of a mart is about
KEYS = {
    "national": (),
    "trajectory": ("trajectory",),
    "region": ("region_code", "trajectory"),
    "organisation": ("organisation_id", "region_code", "trajectory"),
}
# the terms of the stock-flow formula (METHOD, half-year and year): column of trace.stock_flows, and its name
TERMS = {
    "first_size": "stand in het eerste geleverde kwartaal",
    "first_outflow": "uitstroom in dat kwartaal",
    "inflow": "instroom van alle kwartalen",
    "lost": "niet gevolgd (O)",
    "taken_over": "overgenomen, en daar al geteld",
}
# what the inflow of a quarter is derived from (METHOD, Quarterly measures): column of trace.inflow, and its name
INFLOW = {
    "clients_active": "A, cliënten in dit kwartaal",
    "clients_active_preceding": "B, cliënten in het kwartaal ervoor",
    "clients_ended": "C, beëindigd in dit kwartaal",
}
# a key by its option of the command, what it is in Dutch, and the reference list that knows it
OPTIONS = {"region_code": "--region", "trajectory": "--trajectory", "organisation_id": "--organisation"}
WORDS = {"region_code": "regio", "trajectory": "traject", "organisation_id": "organisatie"}
PERIODS = {
    "quarterly": (r"\d{4}-Q[1-4]", "een kwartaal als 2025-Q1"),
    "half_yearly": (r"\d{4}-H[12]", "een halfjaar als 2024-H1"),
    "annual": (r"\d{4}", "een jaar als 2024"),
}
Number = int | float | None


@dataclass(frozen=True)
class Question:
    """Which number: a mart, its period, the row's keys and the measure."""

    mart: str
    period: str
    measure: str
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Explanation:
    """A number with all that it is made of; `computed` is what the formula gives over the parts."""

    question: Question
    name: str
    definition: str
    formula: str
    source: str
    value: Number
    computed: Number
    expression: str
    terms: list[Row]
    quarters: list[Row]
    organisations: list[Row]
    missing: list[Row]

    @property
    def equal(self) -> bool:
        return self.value == self.computed

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"equal": self.equal}


def explain_from(
    connection: duckdb.DuckDBPyConnection, question: Question, listed: Mapping[str, set[str]] | None = None
) -> Explanation:
    """Everything behind one number; `listed`: the codes that exist, of each key.

    Raises:
        CannotExplain: there is no such number.
    """
    return _Explainer(connection, question, listed or {}).explanation()


class _Explainer:
    def __init__(
        self, connection: duckdb.DuckDBPyConnection, question: Question, listed: Mapping[str, set[str]]
    ) -> None:
        self.connection, self.question, self.listed = connection, question, listed
        if question.mart not in MARTS:
            marts = ["figures", "changes", *MARTS]
            near = meant(question.mart, marts)
            raise CannotExplain(f"{question.mart} kunnen wij niet uitleggen.{near} Kies uit: {', '.join(marts)}.")
        self.level, self.period_type = MARTS[question.mart]
        self.quarterly = self.period_type == "quarterly"
        self.indicator = self._indicator(question.measure)
        self.where = " and ".join(f"{key} = ${key}" for key in question.keys) or "true"

    def explanation(self) -> Explanation:
        indicator, value = self.indicator, self._value()
        expression = self._expression(indicator)
        computed = self._evaluate(expression)
        return Explanation(
            question=self.question,
            name=indicator["name_nl"],
            definition=indicator["definition_nl" if self.quarterly else "period_definition_nl"],
            formula=indicator["formula_nl" if self.quarterly else "period_formula_nl"],
            source=indicator["source"],
            value=value,
            computed=computed,
            expression=expression,
            terms=self._terms(),
            quarters=self._quarters(),
            organisations=self._organisations(expression),
            missing=self._missing(),
        )

    @property
    def _parts(self) -> str:
        """The table of parts behind the mart, with its period in a column of that name."""
        if self.quarterly:
            return "(select *, quarter as period from trace.contributions_quarterly)"
        return "trace.contributions_rolled_up"

    def _indicator(self, measure: str) -> Row:
        found = self._rows("from marts.dim_indicators where measure = $measure", measure=measure)
        if not found or not self._expression(found[0]):
            measures = self._measures()
            choice = f"{meant(measure, measures)} Kies uit: {', '.join(measures)}."
            raise CannotExplain(f"{self.question.mart} heeft geen maat {measure}.{choice}")
        return found[0]

    def _measures(self) -> list[str]:
        indicators = self._rows("from marts.dim_indicators order by measure")
        return [row["measure"] for row in indicators if self._expression(row)]

    def _expression(self, indicator: dict[str, Any]) -> str:
        if self.question.mart != "national_quarterly" and indicator["measure"].endswith("_all_trajectories"):
            return ""
        if indicator["measure"] not in self._columns:
            return ""
        return str(indicator["quarterly_expression" if self.quarterly else "period_expression"] or "")

    @cached_property
    def _columns(self) -> set[str]:
        query = "select column_name from duckdb_columns() where schema_name = 'marts' and table_name = $mart"
        return {row["column_name"] for row in self._rows(query, mart=self.question.mart)}

    def _value(self) -> Number:
        keys, period = self.question.keys, self.question.period
        asked = KEYS[self.level]
        if set(keys) != set(asked):
            options = ", ".join(OPTIONS[key] for key in asked)
            wanted = f"{', '.join(asked)} ({options})" if asked else "alleen een periode"
            raise CannotExplain(f"Een rij van {self.question.mart} vraagt om: {wanted}.")
        query = f"select {self.question.measure} as value from marts.{self.question.mart} where period = $period"
        found = self._rows(f"{query} and {self.where}", period=period, **keys)
        if not found:
            raise CannotExplain(self._why_there_is_no_row())
        value: Number = found[0]["value"]
        return value

    def _why_there_is_no_row(self) -> str:
        """What was typed wrong, or else who was expected there."""
        mart, period = self.question.mart, self.question.period
        for key, code in self.question.keys.items():
            known = self._known(key) | self.listed.get(key, set())
            if code not in known:
                near = meant(code, known) or f" Kies uit: {', '.join(sorted(known))}."
                return f"Er is geen {WORDS[key]} {code}.{near}"
        form, example = PERIODS[self.period_type]
        what = ", ".join([period, *self.question.keys.values()])
        if not re.fullmatch(form, period):
            return f"{mart} heeft geen rij voor {what}: schrijf {example}.{meant(period, self._known('period'))}"
        if silent := ", ".join(sorted({row["organisation_id"] for row in self._missing()})):
            return f"{mart} heeft geen rij voor {what}: verwacht en niet ontvangen van {silent}."
        if period in (periods := self._known("period")):
            return f"{mart} heeft geen rij voor {what}: niemand leverde daar iets over."
        there = f"; wel over {min(periods)} tot en met {max(periods)}" if periods else ""
        return f"{mart} heeft geen rij voor {what}: over {period} is niets gepubliceerd{there}."

    def _known(self, column: str) -> set[str]:
        """What stands in a column of the mart."""
        found = self._rows(f"select distinct {column} as value from marts.{self.question.mart}")
        return {str(row["value"]) for row in found}

    def _evaluate(self, expression: str) -> Number:
        found = self._rows(
            f"select {expression} as value from {self._parts} where period = $period and {self.where}",
            period=self.question.period,
            **self.question.keys,
        )
        value: Number = found[0]["value"]
        return value

    def _terms(self) -> list[Row]:
        """What is filled in: above and below the line of a percentage, or the terms of the stock-flow formula."""
        if self.indicator["numerator"]:
            above = self._expression(self._indicator(self.indicator["numerator"]))
            return [
                {"name": name, "value": self._evaluate(expression)}
                for name, expression in (
                    (self.indicator["numerator"], above),
                    (self.indicator["denominator"], self.indicator["denominator_expression"]),
                )
            ]
        if self.quarterly and self.question.measure != "clients_started":
            return []
        if self.quarterly:
            sums = ", ".join(f"sum({column}) as {column}" for column in INFLOW)
            query = f"select {sums} from trace.inflow where quarter = $period and clients_started is not null"
            found = self._rows(f"{query} and {self.where}", period=self.question.period, **self.question.keys)
            return [{"name": name, "value": found[0][column]} for column, name in INFLOW.items()]
        sums = ", ".join(f"sum({term}) as {term}" for term in TERMS)
        query = f"select {sums} from trace.stock_flows where period = $period and stock = $stock"
        found = self._rows(
            f"{query} and {self.where} having count(*) > 0",
            period=self.question.period,
            stock=self.question.measure,
            **self.question.keys,
        )
        terms = [(term, value) for row in found for term, value in row.items() if value or term != "taken_over"]
        return [{"name": TERMS[term], "value": value} for term, value in terms]

    def _quarters(self) -> list[Row]:
        """The measure in each quarter of the period (of a quarter: and in the one before)."""
        expression = self.indicator["quarterly_expression"]
        if not expression:
            return []
        quarters = quarters_of(self.question.period)
        if self.quarterly:
            quarters = [preceding(quarters[0]), *quarters]
        return self._rows(
            f"""
            select quarter, {expression} as value from trace.contributions_quarterly
            where list_contains($quarters, quarter) and {self.where} group by quarter order by quarter
            """,
            quarters=quarters,
            **self.question.keys,
        )

    def _organisations(self, expression: str) -> list[Row]:
        """Who has cells there: their own number, and which versions of which quarters are in it."""
        return self._rows(
            f"""
            select organisation_id, value, versions
            from (
                select organisation_id, {expression} as value from {self._parts}
                where period = $period and {self.where} group by organisation_id having bool_or(has_cells)
            )
            inner join (
                select organisation_id, list(quarter || ' v' || version order by quarter) as versions
                from trace.deliveries where list_contains($quarters, quarter) and not is_withdrawn
                group by organisation_id
            ) using (organisation_id)
            order by organisation_id
            """,
            period=self.question.period,
            quarters=quarters_of(self.question.period),
            **self.question.keys,
        )

    def _missing(self) -> list[Row]:
        """Deliveries that were expected and are not there; of a region, from who ever delivered on it."""
        return self._rows(
            """
            select organisation_id, trajectory, list(quarter order by quarter) as quarters
            from trace.deliveries_expected
            where not is_delivered and list_contains($quarters, quarter)
                and coalesce(trajectory = $trajectory, true)
                and coalesce(organisation_id = $organisation, true)
                and ($region is null or exists (
                    from trace.contributions_quarterly as served
                    where served.organisation_id = deliveries_expected.organisation_id
                        and served.trajectory = deliveries_expected.trajectory and served.region_code = $region
                ))
            group by all order by all
            """,
            quarters=quarters_of(self.question.period),
            trajectory=self.question.keys.get("trajectory"),
            organisation=self.question.keys.get("organisation_id"),
            region=self.question.keys.get("region_code"),
        )

    def _rows(self, query: str, **parameters: Any) -> list[Row]:
        return rows(self.connection, query, parameters)


def quarters_of(period: str) -> list[str]:
    """The quarters of a quarter, half-year or year, as written."""
    year, _, part = period.partition("-")
    numbers: Sequence[int] = {"": (1, 2, 3, 4), "H1": (1, 2), "H2": (3, 4)}.get(part, ())
    return [f"{year}-Q{number}" for number in numbers] or [period]


def preceding(quarter: str) -> str:
    """The quarter before, as written."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"
