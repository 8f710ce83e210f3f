"""Which row of `figures` or `changes` is asked for, and what was mistyped where there is no such row (Dutch)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import duckdb

from orchestration.findings.dutch import meant
from orchestration.publishing.rows import Row, rows

NONE = "-"  # what does not apply, in a key
SERIES = ("level", "region_code", "organisation_id", "trajectory", "measure", "breakdown", "category")
# how a period is compared when nobody says how: the first of those that hold for it
COMPARISONS = {
    "previous_quarter": "Q",
    "same_quarter_last_year": "Q",
    "previous_half_year": "H",
    "previous_year": "",
}
FORM = "een kwartaal als 2025-Q1, een halfjaar als 2024-H1 of een jaar als 2024"
KEY_FORM = "[vergelijking/]periode/niveau/regio/organisatie/traject/maat/verdeling/categorie, met - voor wat niet geldt"


class CannotExplain(Exception):
    """The question names something that the published file does not hold; the message (Dutch) says what it does."""


@dataclass(frozen=True)
class Key:
    """The key columns of a row; '' for what does not apply. With a comparison a row of `changes`."""

    period: str
    measure: str
    trajectory: str = ""
    region_code: str = ""
    organisation_id: str = ""
    breakdown: str = ""
    category: str = ""
    comparison: str = ""

    @property
    def text(self) -> str:
        """As figure_key or change_key has it."""
        key = f"{self.period}/{series_of({one.name: getattr(self, one.name) for one in fields(self)})}"
        return f"{self.comparison}/{key}" if self.comparison else key


def key_of(text: str) -> Key:
    """A figure_key or change_key as it stands in the mart. Raises CannotExplain for what is none."""
    comparison, _, rest = text.partition("/") if text.partition("/")[0] in COMPARISONS else ("", "", text)
    period, *series = rest.split("/")
    if len(series) != len(SERIES):
        raise CannotExplain(f"{text} is geen sleutel van figures of changes. Schrijf {KEY_FORM}.")
    columns = {name: value for name, value in zip(SERIES, series, strict=True) if value != NONE and name != "level"}
    return Key(period, comparison=comparison, **columns)


def usual_comparison(period: str) -> str:
    """How a period is compared when nobody says how."""
    kind = period[5:6] if "-" in period else ""
    return next((name for name, of_period in COMPARISONS.items() if of_period == kind), next(iter(COMPARISONS)))


def series_of(row: Mapping[str, object]) -> str:
    """A row's key without its period: that of the same figure in any period."""
    level = "organisation" if row["organisation_id"] else "region" if row["region_code"] else "national"
    return "/".join([level, *(str(row[name] or NONE) for name in SERIES[1:])])


def why_no_row(connection: duckdb.DuckDBPyConnection, mart: str, key: Key, listed: Mapping[str, set[str]]) -> str:
    """What was typed wrong, or else that it is not there, and what is."""
    categories = rows(connection, "from marts.dim_category")
    of_measure = [row for row in categories if key.measure.endswith(str(row["measure"]))]
    checks: Sequence[tuple[str, str, set[str]]] = (
        ("vergelijking", key.comparison, set(COMPARISONS)),
        ("maat", key.measure, _column(rows(connection, "from marts.dim_indicators"), "measure")),
        ("traject", key.trajectory, _column(rows(connection, "from marts.dim_trajectory"), "trajectory")),
        ("regio", key.region_code, listed.get("region_code", set())),
        ("organisatie", key.organisation_id, listed.get("organisation_id", set())),
        ("verdeling", key.breakdown, _column(of_measure, "breakdown")),
        (
            "categorie",
            key.category,
            _column([row for row in of_measure if row["breakdown"] == key.breakdown], "category"),
        ),
    )
    for word, typed, known in checks:
        if typed and typed not in known and (word != "categorie" or key.breakdown):
            choice = f" Kies uit: {', '.join(sorted(known))}." if known else ""
            return (
                f"Er is geen {word} {typed}{f' van {key.measure}' if word in {'verdeling', 'categorie'} else ''}."
                + (meant(typed, known) or choice)
            )
    return _not_there(connection, mart, key, of_measure)


def _not_there(connection: duckdb.DuckDBPyConnection, mart: str, key: Key, categories: list[Row]) -> str:
    there = f"{mart} heeft geen rij {key.text}"
    query = f"select distinct period from marts.{mart} order by period"
    periods = [row["period"] for row in rows(connection, query)]
    if not re.fullmatch(r"\d{4}(-Q[1-4]|-H[12])?", key.period):
        return f"{there}: schrijf {FORM}.{meant(key.period, periods)}"
    if key.period not in periods:
        held = f"; wel over {periods[0]} tot en met {periods[-1]}" if periods else ""
        return f"{there}: over {key.period} is niets gepubliceerd{held}."
    if bool(key.breakdown) != bool(key.category):
        known = ", ".join(sorted({f"{row['breakdown']}/{row['category']}" for row in categories}))
        return f"{there}: een verdeling en haar categorie horen bij elkaar. Kies uit: {known}."
    if key.comparison and COMPARISONS[key.comparison] != (key.period[5:6] if "-" in key.period else ""):
        fitting = [name for name, kind in COMPARISONS.items() if kind == (key.period[5:6] if "-" in key.period else "")]
        return f"{there}: {key.period} wordt vergeleken met {' of '.join(fitting)}."
    return f"{there}: daarover is niets geleverd of er is niets te vergelijken. {_nearest(connection, mart, key)}"


def _nearest(connection: duckdb.DuckDBPyConnection, mart: str, key: Key) -> str:
    """In which periods the same figure is there, or what is there in the period for that place and trajectory."""
    query = f"""
        select period from marts.{mart}
        where measure = $measure and trajectory = $trajectory and region_code is not distinct from nullif($region, '')
            and organisation_id is not distinct from nullif($organisation, '')
            and breakdown is not distinct from nullif($breakdown, '')
            and category is not distinct from nullif($category, '')
        group by period order by period
    """
    asked = {
        "measure": key.measure,
        "trajectory": key.trajectory,
        "region": key.region_code,
        "organisation": key.organisation_id,
        "breakdown": key.breakdown,
        "category": key.category,
    }
    found = [row["period"] for row in rows(connection, query, asked)]
    return f"Wel over: {', '.join(found)}." if found else "In geen enkele periode staat dit cijfer er."


def _column(found: list[Row], name: str) -> set[str]:
    return {str(row[name]) for row in found}
