"""Which cells of tables differ between two DuckDB files: key, column, what it was and what it is, in Dutch.

Compares what it is told to compare; what a difference means is for others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from orchestration.releasing import tables

MOST_SHOWN = 20  # per table


def cells(old: Path, new: Path, names: Sequence[str], keys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The first cells that differ of each of these tables of the marts, and how many more there are."""
    with closing(duckdb.connect()) as connection:
        connection.execute("attach ? as old (read_only)", [str(old)])
        connection.execute("attach ? as new (read_only)", [str(new)])
        for table in names:
            yield from _of_table(connection, table, keys.get(table, ()))


def _of_table(connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str]) -> Iterator[str]:
    columns = [_columns(connection, side, table) for side in ("old", "new")]
    if not all(columns):
        yield f"{table}: {'ontbreekt nu' if columns[0] else 'is nieuw'}"
        return
    if odd := sorted(set(columns[0]) ^ set(columns[1])):
        yield f"{table}: andere kolommen ({', '.join(odd)})"
        return
    compared = [one for one in columns[0] if one not in key and one not in tables.LEFT_OUT.get(table, ())]
    # rows without a key that both sides have are told apart by all that they hold
    found = list(_differing(connection, table, list(key) or compared, compared if key else []))
    yield from found[:MOST_SHOWN]
    if len(found) > MOST_SHOWN:
        yield f"{table}: en nog {len(found) - MOST_SHOWN} cellen"


def _differing(
    connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], compared: Sequence[str]
) -> Iterator[str]:
    sides = [f'(select *, 1 as is_there from {side}.marts."{table}") as {side}' for side in ("old", "new")]
    same = " and ".join(f'old."{one}" is not distinct from new."{one}"' for one in key)
    differs = " or ".join(f'old."{one}" is distinct from new."{one}"' for one in (*compared, "is_there"))
    keys = ", ".join(f'coalesce(old."{one}", new."{one}")' for one in key)
    values = "".join(f', old."{one}", new."{one}"' for one in compared)
    query = f"""
        select old.is_there, new.is_there, {keys}{values} from {sides[0]} full join {sides[1]} on {same}
        where {differs} order by all
    """
    for was, now, *row in connection.execute(query).fetchall():
        where = f"{table} ({', '.join(_said(one) for one in row[: len(key)])})"
        if not (was and now):
            yield f"{where}: {'is er niet meer' if was else 'is nieuw'}"
            continue
        for number, column in enumerate(compared):
            old, new = row[len(key) + 2 * number : len(key) + 2 * number + 2]
            if old != new:
                yield f"{where} {column}: was {_said(old)}, nu {_said(new)}"


def _said(value: object) -> str:
    return "NULL" if value is None else str(value)


def _columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> list[str]:
    query = """
        select column_name from duckdb_columns()
        where database_name = ? and schema_name = 'marts' and table_name = ? order by column_index
    """
    return [name for (name,) in connection.execute(query, [database, table]).fetchall()]
