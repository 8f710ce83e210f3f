"""A home with a release, to be opened by programs of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home.paths import Home
from orchestration.releasing import making
from tests.conftest import copied
from tests.support.commands import werkmonitor_here

QUARTER = "2024-Q4"


@pytest.fixture(scope="module")
def internal(published_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The internal edition of a release: to read, or to copy."""
    home = copied(published_home, tmp_path_factory.mktemp("clients") / "home")
    werkmonitor_here(home, "release", QUARTER)
    yield home.releases / f"{QUARTER}.r1" / "internal"
    for folder in home.releases.glob("*"):
        making.remove(folder)
