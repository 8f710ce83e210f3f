"""Every table and column that can stand in a release has its Dutch line, and no line is of nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from orchestration.home.paths import DBT_PROJECT, Home
from orchestration.releasing import dutch
from orchestration.releasing.revisions.comparing import SQL
from orchestration.releasing.tables import Column, Table


def models() -> Iterator[tuple[str, list[str]]]:
    """The tables of the marts with their columns, as dbt's files name them, and the one that a release adds."""
    for path in sorted((DBT_PROJECT / "models" / "marts").glob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            if "columns" in model:
                yield model["name"], [one["name"] for one in model["columns"]]
    columns = re.findall(r"^comment on column marts.revisions.(\w+) is", SQL.read_text(encoding="utf-8"), re.MULTILINE)
    yield "revisions", columns


def table(name: str, columns: list[str]) -> Table:
    return Table(name, "in English", tuple(Column(one, "VARCHAR", "in English") for one in columns), 0, "")


def test_every_table_and_column_has_its_dutch_line(tmp_path: Path) -> None:
    there = [table(*one) for one in models()]
    assert len(there) == len({one.name for one in there}) == len(dutch.lines()["tables"])
    for one in dutch.described(Home(tmp_path), there):
        assert {one.description, *(column.description for column in one.columns)}.isdisjoint(
            {"in English", "", None}
        ), one


def test_no_line_is_of_what_is_not_there() -> None:
    there = dict(models())
    assert dutch.lines()["tables"].keys() == there.keys()
    assert dutch.lines()["columns"].keys() <= {column for columns in there.values() for column in columns}
    for name in dutch.lines()["in_table"]:
        of, _, column = name.partition(".")
        assert column in there[of], name


def test_a_measure_says_what_it_is_over_several_quarters_where_that_is_other(tmp_path: Path) -> None:
    tables = [table("national_quarterly", ["clients_active"]), table("national_annual", ["clients_active"])]
    quarter, year = (one.columns[0].description for one in dutch.described(Home(tmp_path), tables))
    assert quarter != year
    assert "doorstroomformule" in year


def test_what_has_no_line_is_not_described_in_english(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        dutch.described(Home(tmp_path), [table("national_annual", ["nieuw"])])
