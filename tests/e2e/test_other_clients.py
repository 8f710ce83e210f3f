"""The published file opens in every DuckDB client that the contract names, comments and all."""

from __future__ import annotations

import json
import os
import subprocess
import sys

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
    # three quarters are too few for a signal
    assert {mart for mart, rows in read["rows"].items() if not rows} <= {"signals"}
    assert read["tables without comment"] == read["columns without comment"] == [0]
    assert read["types"] == ["BIGINT", "BOOLEAN", "DATE", "DOUBLE", "TIMESTAMP", "VARCHAR"]
