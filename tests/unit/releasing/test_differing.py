"""The cells that differ are named: key, column, what it was and what it is."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.releasing import differing

KEYS = {"t": ["period", "region"]}


def file(path: Path, *tables: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for one in tables:
            connection.execute(f"create table marts.{one}")
    return path


def test_each_cell_that_differs_is_named_with_both_sides(tmp_path: Path) -> None:
    columns = "(period, region, a, b)"
    old = file(
        tmp_path / "old", f"t as from (values ('Q1', null, 1, null), ('Q2', 'x', 3, 4), ('Q3', 'x', 5, 6)) t{columns}"
    )
    new = file(
        tmp_path / "new", f"t as from (values ('Q1', null, 2, 0), ('Q2', 'x', 3, 4), ('Q4', 'x', 5, 6)) t{columns}"
    )
    assert sorted(differing.cells(old, new, ["t"], KEYS)) == [
        "t (Q1, NULL) a: was 1, nu 2",
        "t (Q1, NULL) b: was NULL, nu 0",
        "t (Q3, x): is er niet meer",
        "t (Q4, x): is nieuw",
    ]


def test_a_table_or_column_that_is_not_on_both_sides_is_named(tmp_path: Path) -> None:
    old = file(tmp_path / "old", "t as select 1 as a", "gone as select 1 as a")
    new = file(tmp_path / "new", "t as select 1 as b", "come as select 1 as a")
    assert list(differing.cells(old, new, ["come", "gone", "t"], {})) == [
        "come: is nieuw",
        "gone: ontbreekt nu",
        "t: andere kolommen (a, b)",
    ]


def test_without_a_key_the_rows_that_one_side_lacks_are_named(tmp_path: Path) -> None:
    old = file(tmp_path / "old", "published_state as select 1 as built_at, 'a' as x")
    new = file(tmp_path / "new", "published_state as select 2 as built_at, 'b' as x")
    assert sorted(differing.cells(old, new, ["published_state"], {})) == [
        "published_state (a): is er niet meer",
        "published_state (b): is nieuw",
    ]


def test_the_first_cells_are_named_and_the_rest_is_counted(tmp_path: Path) -> None:
    old = file(tmp_path / "old", "t as select range as period, 0 as region, 1 as a from range(50)")
    new = file(tmp_path / "new", "t as select range as period, 0 as region, 2 as a from range(50)")
    found = list(differing.cells(old, new, ["t"], KEYS))
    assert len(found) == differing.MOST_SHOWN + 1
    assert found[-1] == f"t: en nog {50 - differing.MOST_SHOWN} cellen"
