"""The second door: what only an earlier quarter shows. What is held beside what is for the dbt unit tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.quality import across_quarters
from orchestration.quality.across_quarters import RULES


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of each rule one comparison at the limit, one just above it, and one far below."""
    path = tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema intermediate")
        connection.execute(f"""
            create table {across_quarters.COMPARED} as
            select rule, organisation_id, '2024-Q2' as quarter, null::varchar as region_code,
                null::varchar as trajectory, null::varchar as measure_group,
                found::bigint as found, at_most::double as at_most
            from (select unnest({list(RULES)}) as rule)
            cross join (values ('at', 5, 5), ('above', 6, 5.9), ('below', 0, 5)) as t(organisation_id, found, at_most)
        """)
    return path


def test_a_rule_fails_above_its_limit_and_not_at_it(warehouse: Path) -> None:
    warnings = across_quarters.judge(warehouse)
    assert warnings.checked == dict.fromkeys(RULES, 3)
    assert warnings.failed == dict.fromkeys(RULES, 1)
    assert (warnings.crashed, warnings.remarks) == ({}, [])


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_can_be_dropped_unnoticed(rule: str, warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = {name: one for name, one in across_quarters.suite().items() if name != rule}
    monkeypatch.setattr(across_quarters, "suite", lambda: others)
    assert across_quarters.judge(warehouse).failed == dict.fromkeys(others, 1)


def test_nothing_to_compare_is_no_warning(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema intermediate")
        columns = ", ".join([*(f"{name} varchar" for name in across_quarters.KEY), "found bigint, at_most double"])
        connection.execute(f"create table {across_quarters.COMPARED} ({columns})")
    assert across_quarters.judge(path).failed == dict.fromkeys(RULES, 0)


def test_a_check_that_crashes_says_so_and_is_neither_a_warning_nor_none(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    validate = across_quarters.failing_places

    def crash(frame: pd.DataFrame, expectations: Sequence[Any]) -> dict[int, list[int]]:
        crashes = expectations[0].meta["rule"] == "W202" and "above" in set(frame["organisation_id"])
        return {} if crashes else validate(frame, expectations)

    monkeypatch.setattr(across_quarters, "failing_places", crash)
    warnings = across_quarters.judge(warehouse)
    assert warnings.failed == {rule: 0 if rule == "W202" else 1 for rule in RULES}
    assert warnings.crashed == {"W202": ["above 2024-Q2"]}
    (remark,) = warnings.remarks
    assert "W202 liep vast" in remark
    assert "is niet bekend (above 2024-Q2)" in remark
