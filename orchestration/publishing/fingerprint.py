"""What a reader finds in a DuckDB file, in little: per table how many rows, and a digest of all of them.

Run as a program it is a fresh reader: a process of its own, with nothing open, on the path that every client opens. So
nothing of ours may be imported here.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import duckdb

Fingerprint = dict[str, list[str]]


def of(path: str) -> Fingerprint:
    """Per table: rows, and a digest that does not depend on their order; of what is no database, of its bytes."""
    try:
        with duckdb.connect(path, read_only=True) as connection:
            return _of_tables(connection)
    except duckdb.Error:
        return {"": [hashlib.sha256(Path(path).read_bytes()).hexdigest()]}


def _of_tables(connection: duckdb.DuckDBPyConnection) -> Fingerprint:
    tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
    found = {}
    for schema, table in tables:
        query = f'select count(*)::varchar, coalesce(bit_xor(hash(t)), 0)::varchar from "{schema}"."{table}" as t'
        found[f"{schema}.{table}"] = list(connection.execute(query).fetchall()[0])
    return found


def as_a_fresh_reader(path: str) -> Fingerprint | None:
    """The same by another process; None when it cannot read the file."""
    command = [sys.executable, "-I", __file__, path]
    ended = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(ended.stdout) if ended.returncode == 0 else None


if __name__ == "__main__":
    json.dump(of(sys.argv[1]), sys.stdout)
