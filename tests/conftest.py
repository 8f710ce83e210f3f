"""Fixtures that more than one room uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh home folder."""
    return Home(tmp_path / "home").create()


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One home for all tests of a module: dbt parses the project once."""
    return Home(tmp_path_factory.mktemp("home")).create()
