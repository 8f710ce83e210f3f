"""The outgoing gate: judges the candidate file before it is published (docs/house.md).

What dbt guards already (keys, contracts, additivity) is not asked again. Asked here is what a reader would stumble
on: a number that cannot be, a mart that came out empty, a quarter that was published before and is gone now. Only what
no accepted delivery can cause stops the publication: one party's odd numbers must not hold up the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd
from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from orchestration.quality.session import failing_places

log = logging.getLogger(__name__)
CRITICAL, WARNING = FailureSeverity.CRITICAL, FailureSeverity.WARNING
LARGEST = 1e15  # beyond any sum of accepted cells
MOST_SHOWN = 5
CHANGE = "change_.*"  # the columns that hold a change, which can fall below 0
UNLIKELY_COUNT = 1_000_000  # more clients than Dutch mental health care has
# Marts of nothing but what other marts hold, what is divided of it, and the differences between it: dbt judges those.
COMPARING = ("changes", "figures", "published_reconciliation", "signals")
ABOUT_CLOSINGS = ("closed_years_changed", "closed_figures_changed")  # empty while no closed year is other since
# Readings of the method that lie below 0 when more clients left than were counted: judged by their size.
SIGNED = ("started_signed", "lost_signed")

# the columns that say where a number stands
KEYS = "period|organisation_id|region_code|trajectory|measure|breakdown|category|ranking"


class CheckCrashed(Exception):
    """A check could not be carried out: its outcome is unknown, neither passed nor failed."""


@dataclass(frozen=True)
class Verdict:
    """`problems` stop the publication; `remarks` go along with it. Both in Dutch. `checked`: rows held, per kind."""

    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    checked: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def passed(self) -> bool:
        return not self.problems


def judge(candidate: Path, published: Path) -> Verdict:
    """Judge a candidate against what may go out, and against the file that it would replace (if there is one).

    Raises:
        CheckCrashed: a check itself failed; nothing is known of the candidate, so nothing may be published.
    """
    with duckdb.connect() as connection:
        connection.execute("attach ? as candidate (read_only)", [str(candidate)])
        figures = _figures(connection)
        frames = {
            **{kind: figures[figures["kind"] == kind] for kind in ("counts", "percentages", "changes")},
            "marts": _row_counts(connection),
            "quarters": _quarters(connection, published),
        }
    failures = [failure for name, frame in frames.items() for failure in _failures(frame, EXPECTATIONS[name])]
    return Verdict(
        problems=tuple(text for severity, text in failures if severity is CRITICAL),
        remarks=tuple(text for severity, text in failures if severity is not CRITICAL),
        checked={name: len(frame) for name, frame in frames.items()},
    )


def _failures(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> Iterator[tuple[FailureSeverity, str]]:
    """Severity and Dutch description of every expectation that is not met."""
    if frame.empty:
        return
    frame = frame.reset_index(drop=True)
    places = failing_places(frame, expectations)
    for expectation in expectations:
        message = (expectation.meta or {})["message"]
        if id(expectation) not in places:
            raise CheckCrashed(f"De controle '{message}' liep vast; zie het logboek.")
        if failing := places[id(expectation)]:
            yield expectation.severity, _described(message, list(frame["where"].loc[failing]))


def _between(minimum: float, maximum: float, severity: FailureSeverity, message: str) -> Expectation:
    return ExpectColumnValuesToBeBetween(
        column="value", min_value=minimum, max_value=maximum, severity=severity, meta={"message": message}
    )


EXPECTATIONS: dict[str, Sequence[Expectation]] = {
    "counts": (
        _between(0, LARGEST, CRITICAL, "negatief of oneindig aantal"),
        _between(0, UNLIKELY_COUNT, WARNING, "onwaarschijnlijk hoog aantal"),
    ),
    # stock-flow paid work can exceed stock-flow clients in a small cell (METHOD, half-year and year): said, not stopped
    "percentages": (
        _between(0, LARGEST, CRITICAL, "negatief of oneindig percentage"),
        _between(0, 100, WARNING, "percentage boven 100"),
    ),
    "changes": (_between(-LARGEST, LARGEST, CRITICAL, "oneindige verandering"),),
    "marts": (
        ExpectColumnValuesToBeBetween(
            column="rows",
            min_value=1,
            severity=CRITICAL,
            meta={"message": "de tabel is leeg, terwijl er leveringen zijn"},
        ),
    ),
    "quarters": (
        ExpectColumnValuesToNotBeNull(
            column="now", severity=WARNING, meta={"message": "kwartaal was gepubliceerd en is nu verdwenen"}
        ),
    ),
}


def _figures(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Every number of every mart, one a row: where, value, kind (an expectation's name). Unknown ones are left out."""
    keys = _columns(connection, f"regexp_full_match(column_name, '{KEYS}')")
    parts = []
    for mart, columns in _number_columns(connection).items():
        casts = ", ".join(f"{_size(column)} as {column}" for column in columns)
        place = f"concat_ws(' ', '{mart}', {', '.join(keys[mart])}) as place"
        parts.append(
            f"select place, figure, value from (unpivot (select {place}, {casts} from candidate.marts.{mart}) "
            f"on {', '.join(columns)} into name figure value value)"
        )
    query = f"""
        select
            place || ' ' || figure as "where",
            value,
            case
                when regexp_full_match(figure, '{CHANGE}') then 'changes'
                when starts_with(figure, 'pct_') then 'percentages'
                else 'counts'
            end as kind
        from ({" union all ".join(parts)})
    """
    return connection.execute(query).df()


def _size(column: str) -> str:
    return f"abs(cast({column} as double))" if column in SIGNED else f"cast({column} as double)"


def _number_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The number columns of each mart that has a period, save those that compare the numbers of others."""
    columns = _columns(connection, "data_type in ('BIGINT', 'DOUBLE')")
    return {mart: names for mart, names in columns.items() if mart not in COMPARING}


# these tell of deliveries: they may well be empty, and the number of a receipt is no count
ABOUT_DELIVERIES = ("delivery_status", "findings", "reporting_rates")


def _columns(connection: duckdb.DuckDBPyConnection, which: str) -> dict[str, list[str]]:
    query = f"""
        select table_name, list(column_name order by column_index) filter ({which})
        from duckdb_columns()
        where database_name = 'candidate' and schema_name = 'marts'
            and table_name not in {(*ABOUT_DELIVERIES, *ABOUT_CLOSINGS)}
        group by table_name
        having bool_or(column_name = 'period')
        order by table_name
    """
    return dict(connection.execute(query).fetchall())


def _row_counts(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Rows per mart, when any organisation has numbers at all: where, rows."""
    marts = _number_columns(connection)
    counts = " union all ".join(
        f"select '{mart}' as \"where\", count(*) as rows from candidate.marts.{mart}" for mart in marts
    )
    anyone = "exists (from candidate.marts.organisation_quarterly)"
    return connection.execute(f"select * from ({counts}) where {anyone}").df()


def _quarters(connection: duckdb.DuckDBPyConnection, published: Path) -> pd.DataFrame:
    """The quarters published before, beside the candidate's: where, now (None when gone)."""
    if not published.exists():
        return pd.DataFrame({"where": [], "now": []})
    query = """
        select published.period as "where", candidate.period as now
        from published.marts.national_quarterly as published
        left join candidate.marts.national_quarterly as candidate using (period)
    """
    try:
        connection.execute("attach ? as published (read_only)", [str(published)])
        return connection.execute(query).df()
    except duckdb.Error:  # a program wrote in it: what replaces it may not be stopped by that
        log.warning("De vorige publicatie is niet te lezen: of er een kwartaal verdwijnt, is niet nagegaan.")
        return pd.DataFrame({"where": [], "now": []})


def _described(message: str, places: list[str]) -> str:
    more = f" en nog {len(places) - MOST_SHOWN}" if len(places) > MOST_SHOWN else ""
    return f"{message}: {'; '.join(places[:MOST_SHOWN])}{more}"
