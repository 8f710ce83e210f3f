"""The published file opens in every DuckDB client that the contract names, and in those of docs/connecting.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.home.paths import DBT_PROJECT, REPOSITORY, Home

CLIENTS = {"1.2": "build/duckdb-1.2", "1.4": "build/duckdb-1.4", "2.0": ""}
READ = """
import duckdb, json, sys
with duckdb.connect(sys.argv[1], read_only=True) as con:
    query = "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
    tables = [name for (name,) in con.execute(query).fetchall()]
    print(json.dumps({
        "version": duckdb.__version__,
        "rows": {table: len(con.execute(f"from marts.{table}").fetchall()) for table in tables},
        "tables without comment": con.execute("select count(*) from duckdb_tables() where comment is null").fetchone(),
        "columns without comment": con.execute(
            "select count(*) from duckdb_columns() where schema_name = 'marts' and comment is null").fetchone(),
        "types": sorted(t for (t,) in con.execute(
            "select distinct data_type from duckdb_columns() where schema_name = 'marts'").fetchall()),
    }))
"""


@pytest.mark.extra
@pytest.mark.parametrize("client", CLIENTS)
def test_python_clients_read_every_mart_with_its_comments(published_home: Home, client: str) -> None:
    folder = CLIENTS[client]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / folder)} if folder else dict(os.environ)
    command = [sys.executable, "-c", READ, str(published_home.published)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    read = json.loads(result.stdout)
    assert read["version"].startswith(client)
    marts = {path.stem for path in (DBT_PROJECT / "models" / "marts").glob("*.sql")}
    assert read["rows"].keys() == marts, read["rows"]
    # three quarters are too few for a signal, and no closed year is other since
    empty = {mart for mart, rows in read["rows"].items() if not rows}
    assert empty <= {"signals", "closed_years_changed", "closed_figures_changed"}
    assert read["tables without comment"] == read["columns without comment"] == [0]
    assert read["types"] == ["BIGINT", "BOOLEAN", "DATE", "DOUBLE", "TIMESTAMP", "VARCHAR"]


PAGE = (REPOSITORY / "docs" / "connecting.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SHELL = re.findall(r"^```sh\n(.*?)^```\n+```sql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
INSTALLED = re.compile(r"pip install ([^`\n]+)")


def clients() -> list[tuple[str, str]]:
    """Each program of the page with what it asks to be installed; the older driver takes the same program."""
    asked = [(next(iter(INSTALLED.findall(program)), ""), program) for program in PROGRAMS]
    drivers = INSTALLED.findall(re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL))
    with_sqlalchemy = next(program for program in PROGRAMS if "sqlalchemy" in program)
    return [*asked, *((driver, with_sqlalchemy) for driver in drivers)]


@pytest.fixture
def beside_the_demo(published_home: Home, tmp_path: Path) -> Path:
    """A folder in which the demo's home lies where the page says."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo").symlink_to(published_home.root, target_is_directory=True)
    return tmp_path


def test_the_page_has_these_clients() -> None:
    assert len(clients()) == 4
    assert len(SHELL) == 1
    installs = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for asked, _ in clients():
        assert asked in installs, "the page asks for what the tests do not install"


@pytest.mark.extra
@pytest.mark.parametrize(("asked", "program"), clients(), ids=[asked or "duckdb" for asked, _ in clients()])
def test_each_program_of_the_page_runs_as_it_stands(beside_the_demo: Path, asked: str, program: str) -> None:
    folder = next(iter(re.findall(r"[a-z-]+", asked)), "").removesuffix("-framework")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "build" / folder)} if folder else dict(os.environ)
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=beside_the_demo,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert re.search(r"[0-9]{2}", result.stdout), result.stdout


@pytest.mark.extra
def test_the_shell_of_the_page_answers_its_queries(beside_the_demo: Path) -> None:
    ((command, queries),) = SHELL
    shell = f"PATH={Path(sys.executable).parent}:$PATH {command}"
    result = subprocess.run(
        shell, cwd=beside_the_demo, input=queries, capture_output=True, text=True, check=False, shell=True
    )
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    assert "clients_active" in result.stdout
