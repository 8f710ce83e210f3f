"""What each table and column of a release is, in Dutch: from `descriptions_nl.yml`; of a measure, from its own list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml

from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.releasing.tables import Column, Table

LIST = Path(__file__).with_name("descriptions_nl.yml")
OF_A_PERIOD = ("_half_yearly", "_annual")  # tables in which a measure may mean what it means over several quarters


@cache
def lines() -> dict[str, dict[str, str]]:
    """The list: tables, columns, and columns that are something else in one table."""
    found: dict[str, dict[str, str]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return found


def described(home: Home, written: Sequence[Table], brought: Collection[str] = ()) -> list[Table]:
    """These tables, all that they say of themselves in Dutch; `brought`: what has a Dutch line of its own already.

    Raises:
        LookupError: a table or column has no line.
    """
    measures = {line["measure"]: line for line in reference_list(home, "indicators")}

    def column(table: str, one: Column) -> Column:
        if one.name in brought:
            return one
        own = lines()["in_table"].get(f"{table}.{one.name}") or lines()["columns"].get(one.name)
        if own is None:
            measure = measures[one.name]
            over_quarters = measure["period_definition_nl"] if table.endswith(OF_A_PERIOD) else ""
            own = over_quarters or measure["definition_nl"]
        return replace(one, description=own)

    return [
        replace(
            one,
            description=one.description if one.name in brought else lines()["tables"][one.name],
            columns=tuple(column(one.name, c) for c in one.columns),
        )
        for one in written
    ]
