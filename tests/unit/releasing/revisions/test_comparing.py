"""What changed a cell, and by how much: on states of a few cells, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.publishing.rows import Row, rows
from orchestration.releasing.revisions import comparing, telling
from orchestration.releasing.revisions.sides import Side

# a cell: its period, level, region, organisation, trajectory and measure
Cell = tuple[str, str, str | None, str | None, str, str]
# what it holds: value, status, period_status, year_status
Held = tuple[float | None, str, str, str | None]
NATION: Cell = ("2024-Q4", "national", None, None, "all", "clients_active")
EAST: Cell = ("2024-Q4", "region", "east", None, "ips", "clients_active")
WEST: Cell = ("2024-Q4", "region", "west", None, "ips", "clients_active")
YEAR: Cell = ("2024", "national", None, None, "all", "clients_active")
NEXT: Cell = ("2025-Q1", "national", None, None, "all", "clients_active")
KNOWN = ("known", "complete", None)
PERIODS = {
    "2024": ("year", "2024-01-01", "2024-12-31"),
    "2024-Q3": ("quarter", "2024-07-01", "2024-09-30"),
    "2024-Q4": ("quarter", "2024-10-01", "2024-12-31"),
    "2025-Q1": ("quarter", "2025-01-01", "2025-03-31"),
}
# organisation, quarter, region: who delivered where; p is in the east alone
PARTS = [("o", "2024-Q4", "west"), ("o", "2024-Q3", "west"), ("p", "2024-Q4", "east"), ("p", "2025-Q1", "east")]


def state(path: Path, cells: Mapping[Cell, Held]) -> Path:
    """A file with the tables of the marts that are read."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("""
            create table marts.figures (figure_key text, period text, level text, region_code text,
                organisation_id text, trajectory text, measure text, value double, status text,
                period_status text, year_status text,
                period_type text, period_start date, region_name text, organisation_name text, trajectory_name text,
                breakdown text, category text, unit text)
        """)
        for cell, held in cells.items():
            values = ("/".join(str(one) for one in cell), *cell, *held, *PERIODS[cell[0]][:2])
            columns = ", ".join("?" * len(values))
            connection.execute(
                f"insert into marts.figures select {columns}, null, null, 'x', null, null, 'count'", values
            )
        connection.execute(
            "create table marts.dim_period (period text, period_type text, period_start date, period_end date)"
        )
        there = {cell[0] for cell in cells} | {"2024-Q3"}
        periods = [(one, *about) for one, about in PERIODS.items() if one in there]
        connection.executemany("insert into marts.dim_period values (?, ?, ?, ?)", periods)
        connection.execute(
            "create table marts.dim_trajectory as select 'all' as trajectory, 'ips wabz' as trajectories"
        )
        connection.execute("insert into marts.dim_trajectory values ('ips', 'ips')")
        connection.execute(
            "create table marts.organisation_quarterly (organisation_id text, period text, region_code text)"
        )
        connection.executemany("insert into marts.organisation_quarterly values (?, ?, ?)", PARTS)
        connection.execute("alter table marts.organisation_quarterly add column trajectory text default 'ips'")
    return path


def side(tmp_path: Path, name: str, cells: Mapping[Cell, Held], code: str = "a", **versions: int) -> Side:
    """A state by this code, with these versions of deliveries: organisation, then quarter, as `o_2024_Q4`."""
    deliveries: list[dict[str, Any]] = []
    for pair, version in versions.items():
        organisation, year, quarter = pair.split("_")
        about = {"organisation_id": organisation, "quarter": f"{year}-{quarter}", "version": version}
        deliveries.append({**about, "sha256": f"{pair}{version}"})
    run = {"ledger": sum(versions.values()), "today": "2025-05-01", "closing_year": None}
    return Side(name, state(tmp_path / f"{name}.duckdb", cells), run, code, {}, deliveries)


def compared(old: Side | None, new: Side, correction: str = "", between: Path | None = None) -> dict[str, Row]:
    """The rows of the table, by cell. `between`: what the new code makes of the old deliveries, as if built."""
    target = new.database.with_name("revisions.duckdb")
    home = Home(new.database.parent)
    with pytest.MonkeyPatch.context() as patch:
        if between:
            patch.setattr(comparing.code, "code", lambda: type("Code", (), {"sha256": new.code}))
            patch.setattr(comparing, "_built", lambda *_: type("There", (), {"warehouse": between}))
        comparing.write(home, old, new, target, correction)
    with duckdb.connect(str(target), read_only=True) as connection:
        found = rows(connection, "from marts.revisions")
    assert len({row["figure_key"] for row in found}) == len(found)
    for row in found:
        if row["value_new"] is not None and row["change_r1"] is not None and row["change_r3"] is not None:
            assert row["change_r1"] + row["change_r3"] == row["value_new"] - row["value_old"]
    return {row["figure_key"]: row for row in found}


def key(cell: Cell) -> str:
    return "/".join(str(one) for one in cell)


def test_a_first_release_has_no_revisions(tmp_path: Path) -> None:
    assert compared(None, side(tmp_path, "r1", {NATION: (5, *KNOWN)})) == {}


def test_a_corrected_delivery_is_r1_and_named_with_its_versions(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {NATION: (5, *KNOWN), WEST: (3, *KNOWN), EAST: (2, *KNOWN)}, o_2024_Q4=1, p_2024_Q4=1)
    new = side(tmp_path, "r2", {NATION: (7, *KNOWN), WEST: (4, *KNOWN), EAST: (3, *KNOWN)}, o_2024_Q4=2, p_2024_Q4=2)
    found = compared(old, new)
    o, p = "o 2024-Q4 v1 → v2", "p 2024-Q4 v1 → v2"
    assert {name: row["deliveries"] for name, row in found.items()} == {
        key(NATION): f"{o}; {p}",
        key(WEST): o,
        key(EAST): p,
    }
    assert {(row["codes"], row["change_r1"], row["change_r3"]) for row in found.values()} == {
        ("R1", 2, 0),
        ("R1", 1, 0),
    }
    assert (found[key(NATION)]["release"], found[key(NATION)]["compared_with"]) == ("r2", "r1")


def test_a_change_by_the_delivery_of_a_quarter_before_names_that_one(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {WEST: (3, *KNOWN)}, o_2024_Q3=1)
    new = side(tmp_path, "r2", {WEST: (4, *KNOWN)}, o_2024_Q3=2)
    assert compared(old, new)[key(WEST)]["deliveries"] == "o 2024-Q3 v1 → v2"


def test_a_late_delivery_is_r1_also_where_nothing_was_known(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {EAST: (None, "unknown", "provisional", None)})
    new = side(tmp_path, "r2", {EAST: (0, *KNOWN)}, p_2024_Q4=1)
    row = compared(old, new)[key(EAST)]
    assert (row["codes"], row["deliveries"]) == ("R1", "p 2024-Q4 geen → v1")
    assert (row["value_old"], row["value_new"], row["change_r1"], row["change_r3"]) == (None, 0, None, None)


def test_only_a_status_or_a_new_period_is_routine(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {NATION: (5, "known", "provisional", None), YEAR: (9, "known", "complete", "open")})
    cells: dict[Cell, Held] = {NATION: (5, *KNOWN), YEAR: (9, "known", "complete", "closed"), NEXT: (8, *KNOWN)}
    found = compared(old, side(tmp_path, "r2", cells, p_2025_Q1=1))
    assert {name: (row["codes"], row["deliveries"]) for name, row in found.items()} == dict.fromkeys(
        (key(NATION), key(YEAR), key(NEXT)), ("R2", None)
    )
    assert (found[key(NEXT)]["value_old"], found[key(NEXT)]["status_old"]) == (None, None)


def test_other_code_on_the_same_facts_is_r3(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {NATION: (5, *KNOWN), WEST: (3, *KNOWN), EAST: (2, *KNOWN)}, o_2024_Q4=1)
    cells: dict[Cell, Held] = {NATION: (6, *KNOWN), EAST: (None, "not_registered", "complete", None)}
    found = compared(old, side(tmp_path, "r2", cells, "b", o_2024_Q4=1))
    assert {name: (row["codes"], row["change_r3"]) for name, row in found.items()} == {
        key(NATION): ("R3", 1),
        key(EAST): ("R3", None),
        key(WEST): ("R3", None),
    }


def test_code_and_deliveries_together_split_exactly(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {NATION: (5, *KNOWN), WEST: (3, *KNOWN), EAST: (2, *KNOWN)}, o_2024_Q4=1)
    between = state(tmp_path / "between.duckdb", {NATION: (15, *KNOWN), WEST: (13, *KNOWN), EAST: (2, *KNOWN)})
    cells: dict[Cell, Held] = {NATION: (14, *KNOWN), WEST: (13, *KNOWN), EAST: (1, "known", "provisional", None)}
    found = compared(old, side(tmp_path, "r2", cells, "b", o_2024_Q4=2), between=between)
    assert {name: (row["codes"], row["change_r3"], row["change_r1"]) for name, row in found.items()} == {
        key(NATION): ("R1 R3", 10, -1),
        key(WEST): ("R3", 10, 0),
        key(EAST): ("R1", 0, -1),
    }
    assert found[key(NATION)]["value_old_deliveries_new_code"] == 15


def test_an_error_of_ours_is_named_where_the_code_did_it_else_where_deliveries_did(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {NATION: (5, *KNOWN), EAST: (2, *KNOWN)}, p_2024_Q4=1)
    between = state(tmp_path / "between.duckdb", {NATION: (6, *KNOWN), EAST: (2, *KNOWN)})
    new = side(tmp_path, "r2", {NATION: (7, *KNOWN), EAST: (3, *KNOWN)}, "b", p_2024_Q4=2)
    found = compared(old, new, "telfout", between)
    assert {name: row["codes"] for name, row in found.items()} == {key(NATION): "R1 R3 C", key(EAST): "R1"}
    new.database.with_name("revisions.duckdb").unlink()
    same_code = Side("r3", new.database, new.run, "a", {}, new.deliveries)
    assert {row["codes"] for row in compared(old, same_code, "telfout").values()} == {"R1 C"}


def test_what_code_that_is_not_here_would_have_made_is_not_said(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {NATION: (5, *KNOWN), YEAR: (9, "known", "complete", "open")}, o_2024_Q4=1)
    cells: dict[Cell, Held] = {NATION: (7, *KNOWN), YEAR: (9, "known", "complete", "closed")}
    found = compared(old, side(tmp_path, "r2", cells, "b", o_2024_Q4=2))
    row = found[key(NATION)]
    assert (row["codes"], row["change_r1"], row["change_r3"]) == ("R1 R3", None, None)
    assert found[key(YEAR)]["codes"] == "R2"


def test_the_note_says_it_in_dutch_and_the_lists_come_out_whole(tmp_path: Path) -> None:
    old = side(tmp_path, "r1", {NATION: (5, *KNOWN), EAST: (2, *KNOWN)}, p_2024_Q4=1)
    new = side(tmp_path, "r2", {NATION: (7.5, *KNOWN), EAST: (3, *KNOWN)}, p_2024_Q4=2)
    compared(old, new)
    table = new.database.with_name("revisions.duckdb")
    text = "\n".join(telling.lines(table))
    assert "- R1 (betere of latere levering): 2 cijfers" in text
    assert "- p 2024-Q4 v1 → v2: 2 cijfers" in text
    assert "| 2024-Q4 | clients_active | 5 | 7,5 | 2,5 | 0 | R1 |" in text
    assert '"codes":["R1"]' in telling.written(table, tmp_path, as_json=True)
    assert len(telling.written(table, tmp_path, as_json=False).splitlines()) == 3
