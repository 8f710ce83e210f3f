"""The published file: whole, plain, commented, and swapped in one step."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.publishing import fingerprint, intruders, published_file
from orchestration.publishing.opening import NotReadable, opened, published_rows

SPAWN = multiprocessing.get_context("spawn")

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


VIEW = """
    create view marts.figures as
    select
        '2024/region/drenthe/-/ips/clients_active/-/-' as figure_key,
        '2024' as period, 'region' as level, 'drenthe' as region_code, null::varchar as organisation_id,
        'ips' as trajectory, 'clients_active' as measure, null::varchar as breakdown, null::varchar as category,
        3.0::double as value;
    comment on view marts.figures is 'Every number';
    comment on column marts.figures.figure_key is 'The key';
"""


def test_a_mart_that_is_a_view_is_published_as_a_table_and_its_key_is_put_together_where_it_is_read(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema marts")
        connection.execute(VIEW)
        expected = connection.execute("from marts.figures").fetchall()
    publish(home)
    assert read(home.published, "from marts.figures") == expected
    assert read(home.published, "select table_name, comment from duckdb_tables()") == [("figures", "Every number")]
    about = "select data_type, comment from duckdb_columns() where column_name = 'figure_key'"
    assert read(home.published, about) == [("VARCHAR", "The key")]


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


def write_as_a_tool(path: str, wrote: Any, close: bool) -> None:
    """What a tool with too many rights does: open to write, change a number; then hold it, or close."""
    os.chmod(path, 0o666)
    connection = duckdb.connect(path)
    connection.execute("update marts.one set number = 99")
    if close:
        connection.close()
    wrote.set()
    signal.pause()


@contextmanager
def tool(home: Home, close: bool = False) -> Iterator[Any]:
    """A tool that has written in the published file, and lives until the end or until it is killed."""
    wrote = SPAWN.Event()
    process = SPAWN.Process(target=write_as_a_tool, args=(str(home.published), wrote, close))
    process.start()
    assert wrote.wait(60)
    try:
        yield process
    finally:
        process.kill()
        process.join()


def add_a_row(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("insert into marts.one values (3, 'c')")


NEW = [(1, "a"), (2, "b"), (3, "c")]


def test_what_a_killed_tool_left_beside_the_file_changes_no_new_figure(
    warehouse: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="orchestration")
    publish(warehouse)
    with tool(warehouse):
        pass
    (left,) = intruders.beside(warehouse)
    assert left.name == "werkmonitor.duckdb.wal"
    assert read(warehouse.published, "from marts.one")[0][0] == 99  # the fault: any other reader sees it
    add_a_row(warehouse)
    publish(warehouse)
    assert read(warehouse.published, "from marts.one") == NEW
    assert [path.name for path in warehouse.published.parent.iterdir()] == ["werkmonitor.duckdb"]
    assert "werkmonitor.duckdb.wal" in caplog.text


def test_our_readers_do_not_see_what_a_tool_left_beside_the_file(warehouse: Home) -> None:
    publish(warehouse)
    with tool(warehouse):
        pass
    assert [row["number"] for row in published_rows(warehouse, "from marts.one")] == [1, 2]


@pytest.mark.parametrize("name", ["wal", "wal.checkpoint", "wal.recovery", "tmp"])
def test_whatever_lies_under_the_name_of_the_file_goes(warehouse: Home, name: str) -> None:
    beside = warehouse.published.with_name(f"werkmonitor.duckdb.{name}")
    if name == "tmp":
        beside.mkdir()
        (beside / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    else:
        beside.write_bytes(b"x")
    publish(warehouse)
    assert [path.name for path in warehouse.published.parent.iterdir()] == ["werkmonitor.duckdb"]


def test_what_cannot_be_taken_away_stops_the_publication(warehouse: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(warehouse)
    before = warehouse.published.stat().st_ino
    warehouse.published.with_name("werkmonitor.duckdb.wal").write_bytes(b"x")

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    published_file.stage(warehouse)
    published_file.approve(warehouse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(PermissionError):
        published_file.release(warehouse)
    assert warehouse.published.stat().st_ino == before


def test_a_file_that_a_tool_changed_and_closed_is_replaced(warehouse: Home) -> None:
    publish(warehouse)
    with tool(warehouse, close=True):
        assert read(warehouse.published, "from marts.one")[0][0] == 99
        publish(warehouse)
        assert read(warehouse.published, "from marts.one") == NEW[:2]


def test_a_tool_that_holds_the_file_keeps_nobody_from_reading_and_publishing_and_is_named(
    warehouse: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="orchestration")
    publish(warehouse)
    assert intruders.writer(warehouse) is None
    with tool(warehouse) as process:
        with pytest.raises(duckdb.IOException):  # the fault: any other reader is locked out
            read(warehouse.published, "from marts.one")
        assert [row["number"] for row in published_rows(warehouse, "from marts.one")] == [1, 2]
        assert f"(proces {process.pid})" in str(intruders.writer(warehouse))
        add_a_row(warehouse)
        publish(warehouse)
        assert f"(proces {process.pid}) houdt de vorige publicatie open" in caplog.text
        assert read(warehouse.published, "from marts.one") == NEW


def test_a_program_that_goes_on_writing_there_is_told_and_the_times_stay_unequal(
    warehouse: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.receipts.touch()
    publish(warehouse)
    with tool(warehouse):
        pass
    left = intruders.beside(warehouse)[0].read_bytes()
    monkeypatch.setattr(fingerprint, "as_a_fresh_reader", stubborn(warehouse, left, fingerprint.as_a_fresh_reader))
    add_a_row(warehouse)
    with pytest.raises(published_file.OthersFigures, match="ziet andere cijfers dan goedgekeurd"):
        publish(warehouse)
    assert warehouse.receipts.stat().st_mtime_ns != warehouse.published.stat().st_mtime_ns


def stubborn(home: Home, left: bytes, look: Any) -> Any:
    """A look, before which the tool has written once more."""

    def looking(path: str) -> Any:
        home.published.with_name("werkmonitor.duckdb.wal").write_bytes(left)
        return look(path)

    return looking


def test_a_fresh_reader_finds_what_was_approved(warehouse: Home) -> None:
    publish(warehouse)
    path = str(warehouse.published)
    assert fingerprint.as_a_fresh_reader(path) == fingerprint.of(path)
    with tool(warehouse):
        pass
    assert fingerprint.as_a_fresh_reader(path) != fingerprint.of(str(warehouse.warehouse))


def test_a_file_that_is_no_database_any_more_is_told_in_dutch(warehouse: Home) -> None:
    publish(warehouse)
    warehouse.published.chmod(0o644)
    warehouse.published.write_bytes(warehouse.published.read_bytes()[:5000])
    with pytest.raises(NotReadable, match="is niet te lezen"), opened(warehouse):
        raise AssertionError("never opened")


def test_a_connection_that_is_open_in_this_process_shows_the_old_and_a_new_one_the_new(warehouse: Home) -> None:
    publish(warehouse)
    with opened(warehouse) as old:
        add_a_row(warehouse)
        publish(warehouse)
        assert old.execute("select count(*) from marts.one").fetchall() == [(2,)]
        with opened(warehouse) as new:
            assert new.execute("select count(*) from marts.one").fetchall() == [(3,)]


def publish_on_and_on(root: str, times: int) -> None:
    """Replace the published file by one of another size, as fast as it goes."""
    home = Home(Path(root))
    spare = [home.root / f"{number}.duckdb" for number in (0, 1)]
    for number in range(times):
        passing = home.published.with_name(".passing")
        os.link(spare[number % 2], passing)
        os.replace(passing, home.published)


def test_who_opens_at_the_very_moment_of_a_publication_never_fails(warehouse: Home) -> None:
    publish(warehouse)
    for number, rows in enumerate((10, 200_000)):
        with duckdb.connect(str(warehouse.root / f"{number}.duckdb")) as connection:
            connection.execute(f"create schema marts; create table marts.one as select range as i from range({rows})")
    process = SPAWN.Process(target=publish_on_and_on, args=(str(warehouse.root), 400_000))
    process.start()
    try:
        counts = {published_rows(warehouse, "select count(*) as n from marts.one")[0]["n"] for _ in range(150)}
    finally:
        process.kill()
        process.join()
    assert counts <= {2, 10, 200_000} and len(counts) > 1
