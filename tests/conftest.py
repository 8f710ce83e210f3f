"""Fixtures that more than one room uses."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home.lock import write_claim
from orchestration.home.paths import Home
from tests.support.commands import deliver_sample, start_untested

if "PYTEST_XDIST_WORKER" in os.environ:
    # when Python takes a worker apart, DuckDB's binding lists what pytest still holds of it: 40 lines over the summary
    atexit.register(os._exit, 0)


os.environ["WERKMONITOR_SETTLE_SECONDS"] = "0"  # nobody else writes in these inboxes

PACED_MODULES = {"multiprocessing", "signal", "subprocess", "threading", "time", "tests.support.commands"}
PACED_FIXTURES = {"published_home"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what hangs on the machine's pace, by what its module uses: nobody has to remember it."""
    for item in items:
        used = {getattr(value, "__module__", None) or "" for value in vars(item.module).values()}  # type: ignore[attr-defined]
        used |= {getattr(value, "__name__", "") for value in vars(item.module).values()}  # type: ignore[attr-defined]
        if used & PACED_MODULES or set(getattr(item, "fixturenames", ())) & PACED_FIXTURES:
            item.add_marker("pace")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh home folder, in which dbt has yet to parse the project."""
    return Home(tmp_path / "home").create()


@pytest.fixture(scope="session")
def parsed_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Home:
    """A home that holds dbt's parse of the project and nothing else: for copies only. Made once for all workers."""
    from orchestration import transforming

    session = tmp_path_factory.getbasetemp()
    session = session if worker_id == "master" else session.parent
    home = Home(session / "parsed").create()
    with write_claim(home, "tests"):
        transforming.manifest_path(home)
    return home


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory, parsed_home: Home) -> Home:
    """One home for all tests of a module, the project parsed in it."""
    return copied(parsed_home, tmp_path_factory.mktemp("shared") / "home")


@pytest.fixture
def ready_home(tmp_path: Path, parsed_home: Home) -> Home:
    """A fresh home folder, the project parsed in it."""
    return copied(parsed_home, tmp_path / "ready")


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory, parsed_home: Home) -> Home:
    """A home with three quarters of eight organisations published by a run of the command line: to read, or to copy."""
    home = copied(parsed_home, tmp_path_factory.mktemp("published") / "o'brien")  # no SQL is pasted from a path
    deliver_sample(home, ["2024-Q3", "2024-Q4", "2025-Q1"], 8)
    start_untested(home, "run").end_well()
    return home


@pytest.fixture(scope="module")
def without_data_tests() -> Iterator[None]:
    """Runs in this process build the models without dbt's data tests, half of the time of a build.

    For a module that is about which numbers come out; that the data tests hold is shown elsewhere, on richer data.
    """
    from orchestration import transforming

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transforming, "NOT_IN_A_RUN", (*transforming.NOT_IN_A_RUN, "--exclude-resource-type", "test"))
        yield


def copied(home: Home, root: Path) -> Home:
    """A copy of a home as it stands, elsewhere."""
    shutil.copytree(home.root, root)
    return Home(root).create()
