"""A run in a home whose path has every sign that somebody once pasted into SQL, in the shell of a heavy user of dbt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration import transforming
from orchestration.home.paths import Home
from tests.conftest import copied
from tests.support.commands import deliver_sample, environment, published_marts, werkmonitor_here

ODD = """o'brien/a#b/a%20b/a;b "c" {{ x }} [red] sp é"""
# each of these alone once changed what was built, or stopped it
SHELL = {
    "DBT_TARGET": "prod",
    "DBT_PROFILE": "elders",
    "DBT_EMPTY": "1",
    "DBT_SAMPLE": "1 day",
    "DBT_RESOURCE_TYPES": "test",
    "DBT_EXCLUDE_RESOURCE_TYPES": "model",
    "DBT_INDIRECT_SELECTION": "empty",
    "DBT_FULL_REFRESH": "1",
    "DBT_ENGINE_EMPTY": "1",
    "DBT_TARGET_PATH": "/nergens",
    "DBT_PROFILES_DIR": "/nergens",
    "DBT_PROJECT_DIR": "/nergens",
    "DBT_WARN_ERROR": "1",
    "DBT_STATE": "/nergens",
    "DBT_DEFER": "1",
}


@pytest.fixture
def odd_home(parsed_home: Home, tmp_path: Path) -> Home:
    return copied(parsed_home, tmp_path / ODD)


@pytest.mark.usefixtures("without_data_tests")
def test_a_run_there_gives_the_same_figures_as_anywhere(odd_home: Home, ready_home: Home) -> None:
    for home in (odd_home, ready_home):
        deliver_sample(home, ["2025-Q1"], 3)
    moment = {"WERKMONITOR_NOW": "2026-02-15T12:00"}
    werkmonitor_here(odd_home, "run", **moment, **SHELL)
    werkmonitor_here(ready_home, "run", **moment)
    assert published_marts(odd_home.published) == published_marts(ready_home.published)
    for command in (["status"], ["explain", "national_quarterly", "2025-Q1", "clients_active"]):
        assert "Traceback" not in werkmonitor_here(odd_home, *command)
    made = {path.name for path in ready_home.root.iterdir()}
    assert {path.name for path in odd_home.root.iterdir()} == made
    assert {path.name for path in odd_home.root.parent.iterdir()} == {odd_home.root.name}


def test_the_variables_of_the_shell_are_there_again_afterwards(
    ready_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SHELL.items():
        monkeypatch.setenv(name, value)
    seen = {}
    monkeypatch.setattr(transforming, "dbtRunner", lambda *_, **__: Looking(seen))
    list(transforming.build(ready_home))
    assert not [name for name in seen if name.startswith("DBT_")]
    assert {name: os.environ[name] for name in SHELL} == SHELL
    assert environment(ready_home)["DBT_TARGET"] == "prod"


class Looking:
    """In the place of dbt: what it would see of the shell."""

    success = True

    def __init__(self, seen: dict[str, str]) -> None:
        self._seen = seen

    def invoke(self, _arguments: list[str]) -> Looking:
        self._seen.update(os.environ)
        return self
