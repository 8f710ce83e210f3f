"""dbt's unit tests hold each rule of the method on hand-computed rows; here they run, and prove that they can fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.home.paths import DBT_PROJECT, REPOSITORY, Home
from orchestration.landing.raw import raw_tables, run_context
from tests.support.mutants import SQL, Mutant, rounds, unit_tests
from tests.support.warehouse import NOW


@dataclass(frozen=True)
class Project:
    """A copy of the dbt project that may be broken, on a warehouse without deliveries (unit tests bring their rows)."""

    root: Path
    target: Path

    def dbt(self, *arguments: str) -> dict[str, str]:
        """Run dbt in this process; the status of each node by name."""
        options = ["--project-dir", self.root, "--profiles-dir", self.root, "--target-path", self.target]
        quiet = ["--log-path", self.target, "--quiet", "--log-level", "none", "--log-level-file", "none"]
        outcome = dbtRunner().invoke([*arguments, *map(str, options), *map(str, quiet)])
        DuckDBConnectionManager.close_all_connections()
        if outcome.exception:
            raise outcome.exception
        return {result.node.name: str(result.status) for result in outcome.result.results}

    @contextmanager
    def broken(self, mutants: Sequence[Mutant]) -> Iterator[None]:
        """The project with these rules broken, whole again afterwards."""
        paths = {mutant.file: self.root / SQL[mutant.file].relative_to(DBT_PROJECT) for mutant in mutants}
        whole = {file: path.read_text(encoding="utf-8") for file, path in paths.items()}
        texts = dict(whole)
        for mutant in mutants:
            texts[mutant.file] = texts[mutant.file].replace(mutant.rule, mutant.broken)
        try:
            for file, path in paths.items():
                path.write_text(texts[file], encoding="utf-8")
            yield
        finally:
            for file, path in paths.items():
                path.write_text(whole[file], encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("dbt")
    home = Home(folder / "home").create()
    with duckdb.connect(str(home.warehouse)) as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        raw_tables.load_report_lists(connection)
    run_context.write(home, NOW)
    shutil.copytree(DBT_PROJECT, folder / "project", ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copyfile(REPOSITORY / "profiles.yml.example", folder / "project" / "profiles.yml")
    copy = Project(folder / "project", folder / "target")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "WERKMONITOR_HOME", str(home.root))
        copy.dbt("run")  # a unit test takes the types of its input from the relation that it replaces
        yield copy


def test_every_dbt_unit_test_passes(project: Project) -> None:
    statuses = project.dbt("test", "--select", "test_type:unit")
    assert len(statuses) == len(list(unit_tests()))
    assert {name: status for name, status in statuses.items() if status != "pass"} == {}


def test_every_unit_test_says_how_to_break_its_rule_as_it_reads_now() -> None:
    assert [name for name, _, mutants in unit_tests() if not mutants] == []
    written = [one for _, _, mutants in unit_tests() for one in mutants]
    stale = [one for one in written if one.rule not in SQL[one.file].read_text(encoding="utf-8")]
    assert stale == [], "these rules read differently now: say how to break them"


@pytest.mark.parametrize("mutants", rounds(), ids=lambda mutants: f"{len(mutants)} rules")
def test_a_broken_rule_fails_its_unit_test(mutants: Sequence[Mutant], project: Project) -> None:
    tests = sorted({mutant.caught_by for mutant in mutants})
    with project.broken(mutants):
        statuses = project.dbt("test", "--select", *(f"{test},test_type:unit" for test in tests))
    assert statuses == dict.fromkeys(tests, "fail")
