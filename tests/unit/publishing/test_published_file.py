"""The published file: whole, plain, commented, and swapped in one step."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.publishing import published_file

WAREHOUSE = """
    create schema marts;
    create schema raw;
    create table raw.secret as select 1 as number;
    create table marts.one as select 2 as number, 'b' as word union all select 1, 'a';
    comment on table marts.one is 'What it''s about';
    comment on column marts.one.number is 'A number';
"""


@pytest.fixture
def warehouse(home: Home) -> Home:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(WAREHOUSE)
    return home


def publish(home: Home) -> None:
    published_file.stage(home)
    published_file.approve(home)
    published_file.release(home)


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_it_holds_the_marts_and_nothing_else(warehouse: Home) -> None:
    publish(warehouse)
    assert read(warehouse.published, "select schema_name, table_name from duckdb_tables()") == [("marts", "one")]
    assert read(warehouse.published, "from marts.one") == [(1, "a"), (2, "b")]


def test_it_carries_the_comments(warehouse: Home) -> None:
    publish(warehouse)
    assert read(warehouse.published, "select comment from duckdb_tables()") == [("What it's about",)]
    assert read(warehouse.published, "select comment from duckdb_columns() where table_name = 'one'") == [
        ("A number",),
        (None,),
    ]


def test_nothing_is_published_before_the_release(warehouse: Home) -> None:
    published_file.stage(warehouse)
    assert not warehouse.published.exists()


def test_what_the_gate_did_not_approve_is_never_released(warehouse: Home) -> None:
    published_file.stage(warehouse)
    with pytest.raises(FileNotFoundError, match="draai de hele run opnieuw"):
        published_file.release(warehouse)
    assert not warehouse.published.exists()


def test_a_staging_sweeps_away_what_was_approved_before_it(warehouse: Home) -> None:
    published_file.stage(warehouse)
    published_file.approve(warehouse)
    published_file.stage(warehouse)
    with pytest.raises(FileNotFoundError):
        published_file.release(warehouse)


def test_the_file_is_for_reading_only_and_leaves_no_candidate(warehouse: Home) -> None:
    publish(warehouse)
    assert warehouse.published.stat().st_mode & 0o777 == 0o444
    assert [path.name for path in warehouse.published.parent.iterdir()] == ["werkmonitor.duckdb"]


def test_a_candidate_of_a_run_that_was_cut_off_is_swept_away(warehouse: Home) -> None:
    leftover = warehouse.published.parent / ".candidate-1.duckdb"
    leftover.write_bytes(b"half")
    assert published_file.stage(warehouse) != leftover
    assert not leftover.exists()


def test_whoever_has_the_old_file_open_keeps_reading_it(warehouse: Home) -> None:
    publish(warehouse)
    with duckdb.connect(str(warehouse.published), read_only=True) as reader:
        with duckdb.connect(str(warehouse.warehouse)) as connection:
            connection.execute("delete from marts.one")
        publish(warehouse)
        assert reader.execute("select count(*) from marts.one").fetchall() == [(2,)]
    assert read(warehouse.published, "select count(*) from marts.one") == [(0,)]


def test_a_release_without_a_candidate_says_so(home: Home) -> None:
    with pytest.raises(FileNotFoundError):
        published_file.release(home)
