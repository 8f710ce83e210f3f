"""Writes the tables of a published file as Parquet, CSV and a DuckDB file, and says what each holds in one hash.

The hash is of the canonical CSV: all rows in the order of all columns, so that it depends on the content alone.
No calculation here, and nothing of deliveries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home.hashes import sha256_of

STORAGE_VERSION = "v1.2.0"  # as the published file: every client from 1.2 on reads it
PLAIN = {"BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "VARCHAR", "DATE", "TIMESTAMP"}
CSV = "format csv, header true, delimiter ',', quote '\"', nullstr '', timestampformat '%Y-%m-%dT%H:%M:%S.%f'"
PARQUET = "format parquet, compression zstd"
# when a run was made is no content: the same figures made twice are the same
LEFT_OUT: Mapping[str, Sequence[str]] = {"published_state": ("built_at",)}
ReadMe = Sequence[tuple[str, str]]


class NotPlain(Exception):
    """A column has a type that not every client reads; the message, in Dutch, names it."""


@dataclass(frozen=True)
class Column:
    """A column with its type in DuckDB and its description."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A table as it was written; `content` is the hash of what it holds."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: int
    content: str


def write(source: Path, folder: Path) -> list[Table]:
    """Write every table of the marts in `source` to this folder as `NAME.csv` and `NAME.parquet`."""
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(source), read_only=True) as connection:
        return [_write(connection, table, folder) for table in described(connection)]


def contents(source: Path, folder: Path) -> dict[str, str]:
    """The content hash of each table of the marts in a file; the folder is for passing files."""
    with duckdb.connect(str(source), read_only=True) as connection:
        return {table.name: _content(connection, table, folder / "passing.csv") for table in described(connection)}


def described(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables of the marts with their columns; rows and content are not counted yet.

    Raises:
        NotPlain: a column is of a type that not every client reads.
    """
    tables = connection.execute(
        "select table_name, coalesce(comment, '') from duckdb_tables() where schema_name = 'marts' order by all"
    ).fetchall()
    query = """
        select column_name, data_type, coalesce(comment, '') from duckdb_columns()
        where schema_name = 'marts' and table_name = ? order by column_index
    """
    found = []
    for name, comment in tables:
        columns = tuple(Column(*row) for row in connection.execute(query, [name]).fetchall())
        if odd := [one for one in columns if one.type not in PLAIN]:
            raise NotPlain(f"{name}.{odd[0].name} heeft het type {odd[0].type}, dat niet elk programma leest.")
        found.append(Table(name, comment, columns, 0, ""))
    return found


def write_database(sources: Sequence[Path], path: Path, read_me: ReadMe) -> None:
    """Copy the marts with their comments to a new DuckDB file, and say in table `read_me` what it is."""
    with duckdb.connect() as connection:
        connection.execute(f"attach ? as target (storage_version '{STORAGE_VERSION}')", [str(path)])
        connection.execute("create schema target.marts")
        for source in sources:
            _copy(connection, source)
        connection.execute("create table target.main.read_me (line bigint, onderwerp varchar, tekst varchar)")
        rows = [(number, *row) for number, row in enumerate(read_me, 1)]
        connection.executemany("insert into target.main.read_me values (?, ?, ?)", rows)
        connection.execute("comment on table target.main.read_me is 'Wat dit bestand is, en hoe het wordt aangehaald.'")
        connection.execute("detach target")


def _copy(connection: duckdb.DuckDBPyConnection, source: Path) -> None:
    with duckdb.connect(str(source), read_only=True) as other:
        tables = described(other)
    connection.execute("attach ? as source (read_only)", [str(source)])
    for table in tables:
        name = f'target.marts."{table.name}"'
        connection.execute(f'create table {name} as from source.marts."{table.name}" order by all')
        connection.execute(f"comment on table {name} is {quoted(table.description)}")
        for column in table.columns:
            connection.execute(f'comment on column {name}."{column.name}" is {quoted(column.description)}')
    connection.execute("detach source")


def _write(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> Table:
    rows = f'select * from marts."{table.name}" order by all'
    csv, parquet = folder / f"{table.name}.csv", folder / f"{table.name}.parquet"
    connection.execute(f"copy ({rows}) to {quoted(str(csv))} ({CSV})")
    connection.execute(f"copy ({rows}) to {quoted(str(parquet))} ({PARQUET})")
    counted = connection.execute(f'select count(*) from marts."{table.name}"').fetchone()
    content = sha256_of(csv) if table.name not in LEFT_OUT else _content(connection, table, folder / ".passing.csv")
    return Table(table.name, table.description, table.columns, counted[0] if counted else 0, content)


def _content(connection: duckdb.DuckDBPyConnection, table: Table, passing: Path) -> str:
    left_out = LEFT_OUT.get(table.name, ())
    columns = ", ".join(f'"{one.name}"' for one in table.columns if one.name not in left_out)
    query = f'select {columns} from marts."{table.name}" order by all'
    connection.execute(f"copy ({query}) to {quoted(str(passing))} ({CSV})")
    found = sha256_of(passing)
    passing.unlink()
    return found


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
