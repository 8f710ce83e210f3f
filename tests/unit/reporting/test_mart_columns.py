"""A measure is added in the list of the macros alone: the columns of the marts follow."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestration.home.paths import SEEDS
from orchestration.home.reference import Line, read_list
from orchestration.reporting.lists import mart_columns


@pytest.fixture
def indicators() -> list[Line]:
    return read_list(SEEDS / "reference" / "indicators.csv")


def add(monkeypatch: pytest.MonkeyPatch, folder: Path, *kinds: str) -> None:
    """The measure made_up in the lists of quarters and of half-years and years, of these kinds."""
    text = mart_columns.MACROS.read_text(encoding="utf-8")
    for marts, kind in zip(("quarterly", "period"), kinds, strict=False):
        start, opening, rest = text.partition(f"macro {marts}_indicators()")
        text = start + opening + rest.replace("    ]) }}", f"        {kind}('made_up'),\n    ]) }}}}", 1)
    changed = folder / "measures.sql"
    changed.write_text(text, encoding="utf-8")
    monkeypatch.setattr(mart_columns, "MACROS", changed)


def columns_of(text: str) -> dict[str, dict[str, str]]:
    """The type of every column of every mart."""
    marts = yaml.safe_load(text)["models"]
    return {mart["name"]: {column["name"]: column["data_type"] for column in mart["columns"]} for mart in marts}


def test_a_measure_of_every_period_becomes_a_column_of_every_mart_and_a_name_in_the_contract(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, indicators: list[Line]
) -> None:
    before = columns_of(mart_columns.marts(indicators))
    add(monkeypatch, tmp_path, "counted", "counted")
    after = columns_of(mart_columns.marts(indicators))
    assert len(after) == 10
    assert after == {mart: {**columns, "made_up": "bigint"} for mart, columns in before.items()}
    assert mart_columns.contract(indicators).count("`made_up`") == 2


def test_a_measure_of_quarters_alone_is_in_no_mart_of_half_years_and_years(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, indicators: list[Line]
) -> None:
    add(monkeypatch, tmp_path, "counted")
    marts = columns_of(mart_columns.marts(indicators))
    assert {mart for mart, columns in marts.items() if "made_up" in columns} == {
        mart for mart in marts if mart.endswith("_quarterly")
    }


def test_a_measure_that_years_estimate_needs_a_definition_for_years(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, indicators: list[Line]
) -> None:
    add(monkeypatch, tmp_path, "counted", "estimated")
    with pytest.raises(ValueError, match="made_up"):
        mart_columns.marts(indicators)
    defined = [*indicators, {**indicators[0], "measure": "made_up", "period_definition_en": "The mean."}]
    marts = columns_of(mart_columns.marts(defined))
    assert {mart: columns["made_up"] for mart, columns in marts.items()} == {
        mart: "bigint" if mart.endswith("_quarterly") else "double" for mart in marts
    }
