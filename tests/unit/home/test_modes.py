"""Who may read what of a home: the published file is for all, the rest for its owner; what somebody chose stays."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.home.lock import ClaimRefused, holder, write_claim
from orchestration.home.modes import as_closed_as_the_archive, too_open
from orchestration.home.paths import Home
from orchestration.landing.land import land
from orchestration.landing.raw import run_context
from orchestration.publishing import published_file
from orchestration.publishing.opening import published_rows
from tests.support.other_account import as_another, folder_for_all
from tests.unit.landing.test_land import NOW


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def reachable() -> Iterator[Path]:
    with folder_for_all() as folder:
        yield folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def filled(home: Home) -> Home:
    """With a warehouse, a claim that was held, and something published."""
    with write_claim(home, "proef"):
        land(home, NOW)
        run_context.write(home, NOW)
        with duckdb.connect(str(home.warehouse)) as connection:
            connection.execute("create schema marts; create table marts.one as select 1 as number")
        published_file.stage(home)
        published_file.approve(home)
        published_file.release(home)
    return home


def test_a_new_home_is_closed_save_what_is_published(tmp_path: Path, umask: int) -> None:
    home = filled(Home(tmp_path / "home").create())
    home.create_optional()
    assert mode(home.root) == 0o711
    closed = (home.archive, home.feedback, home.logs, home.dagster, home.reference, home.reports)
    assert {mode(path) for path in closed} == {0o700}
    assert (mode(home.warehouse), mode(home.lock)) == (0o600, 0o600)
    assert (mode(home.published.parent), mode(home.published)) == (0o755, 0o444)
    assert too_open(home) == []


def test_another_account_reads_what_is_published_and_nothing_else(reachable: Path, umask: int) -> None:
    home = filled(Home(reachable / "home").create())
    (home.inbox / "a.csv").touch()

    def look() -> tuple[object, list[str]]:
        refused = []
        for path in (home.warehouse, home.receipts, home.lock, home.archive, home.feedback, home.dagster, home.logs):
            try:
                os.listdir(path) if path.is_dir() else path.read_bytes()
            except PermissionError:
                refused.append(path.name)
        with duckdb.connect(str(home.published), read_only=True) as connection:
            return connection.execute("from marts.one").fetchall(), refused

    found, refused = as_another(look)
    assert found == [(1,)]
    assert set(refused) == {"warehouse.duckdb", "receipts.jsonl", ".lock", "archive", "feedback", "dagster", "logs"}
    assert as_another(lambda: published_rows(home, "from marts.one")) == [{"number": 1}]


def test_what_is_approved_by_nobody_yet_is_not_for_others(tmp_path: Path) -> None:
    home = filled(Home(tmp_path / "home").create())
    assert mode(published_file.stage(home)) == 0o600


def test_what_duckdb_puts_beside_the_warehouse_is_as_closed(home: Home, umask: int) -> None:
    with as_closed_as_the_archive(home), duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create table one as select 1")
        assert mode(home.warehouse_wal) == 0o600


def test_the_modes_that_somebody_chose_stay(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    chosen = {home.root: 0o775, home.inbox: 0o1777, home.archive: 0o750, home.published.parent: 0o775}
    for folder, bits in chosen.items():
        folder.mkdir(parents=True)
        folder.chmod(bits)
    filled(home.create())
    assert {folder: mode(folder) for folder in chosen} == chosen
    assert mode(home.warehouse) == 0o640  # as the archive: whoever reads that, reads this
    assert mode(home.feedback) == 0o700


def test_a_warehouse_that_was_open_stays_open(home: Home) -> None:
    filled(home)
    home.warehouse.chmod(0o644)
    land(home, NOW)
    assert mode(home.warehouse) == 0o644


def test_what_is_too_open_is_named_with_how_to_close_it(home: Home) -> None:
    filled(home)
    home.settings.write_text("WERKMONITOR_SMTP_PASSWORD=geheim\n", encoding="utf-8")
    home.settings.chmod(0o644)
    home.archive.chmod(0o755)
    home.published.parent.chmod(0o777)
    home.inbox.chmod(0o777)
    found = too_open(home)
    assert [one.path for one in found] == [home.archive, home.settings, home.published.parent]
    assert str(found[1]).endswith("(0644); sluit hem af met: chmod 600")


def test_the_lock_of_another_account_is_told_in_dutch(reachable: Path) -> None:
    home = Home(reachable / "home").create()
    home.root.chmod(0o777)
    with write_claim(home, "de run"):

        def ask() -> tuple[str, str]:
            try:
                with write_claim(home, "mijn run"):
                    return "geen fout", ""
            except ClaimRefused as refused:
                return str(refused), holder(home) or ""

        refused, busy = as_another(ask)
    assert "is van gebruiker root" in refused and "u werkt als nobody" in refused
    assert "is van gebruiker root" in busy
