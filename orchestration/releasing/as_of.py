"""Makes the marts of a release again, from the archive as it was, in a home of its own; says whether they are equal.

Equal is what the tables hold (docs/decisions/0013). The home that is asked only gives: nothing in it changes.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import transforming
from orchestration.home import code
from orchestration.home.hashes import sha256_of
from orchestration.home.lock import write_claim
from orchestration.home.paths import REPOSITORY, Home
from orchestration.landing import land
from orchestration.landing.raw import run_context
from orchestration.ledger import archive, chain, receipts, soundness
from orchestration.publishing import published_file
from orchestration.releasing import tables, verifying

log = logging.getLogger(__name__)
MOST_SHOWN = 20


class NotRebuilt(Exception):
    """The release cannot be made again; the message says, in Dutch, why."""


@dataclass
class Rebuilt:
    """How the marts compare; `differences`: per table, in Dutch, what is not equal."""

    home: Home
    other_code: bool
    equal: int = 0
    differences: list[str] = field(default_factory=list)


def rebuild(home: Home, release: str, output: Path) -> Rebuilt:
    """Make the marts of a release in a new home at `output`, and compare.

    Raises:
        NotRebuilt: the release or the archive is not what it was, or the folder is not empty.
        UnknownRelease: there is no such release.
    """
    if found := verifying.problems(home, release):
        raise NotRebuilt("\n".join(found))
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise NotRebuilt(f"{output} bestaat al en is niet leeg.")
    manifest = verifying.manifest_of(home, release)
    there = Home(output.resolve()).create()
    _give(home, manifest, there)
    _build(there, manifest)
    rebuilt = Rebuilt(there, manifest["code"]["sha256"] != code.code().sha256)
    _compare(home, manifest, rebuilt)
    return rebuilt


def _give(home: Home, manifest: dict[str, Any], there: Home) -> None:
    """Copy the ledger up to the line of the run, the files that it names, and the lists of the release."""
    line = manifest["run"]["ledger"]["line"]
    there.receipts.write_bytes(until(home.receipts.read_bytes(), line))
    known = set(receipts.read(there.receipts).known.values())
    later = set(soundness.unnamed(home, receipts.read(there.receipts)))
    for name in archive.listing(home):
        if name in known or name not in later:
            target = there.archive / name
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(home.archive / name, target)
    there.create_optional()
    lists = home.releases / manifest["release"] / "internal" / "lists"
    for place, digest in manifest["lists"].items():
        ours = REPOSITORY / place
        is_own = place.startswith("reference/")
        # a list of ours that has changed since counts as it was
        if is_own or (not ours.exists() or sha256_of(ours) != digest):
            name = Path(place).name
            if is_own or f"reference/{name}" not in manifest["lists"]:
                shutil.copyfile(lists / place, there.reference / name)
    parsed = home.dagster / "dbt"
    if parsed.is_dir():  # valid in any home, and it saves half of the time
        shutil.copytree(parsed, there.dagster / "dbt", dirs_exist_ok=True)


def _build(there: Home, manifest: dict[str, Any]) -> None:
    """Land, compute and stage, as of the moment of the run."""
    run = manifest["run"]
    moment = datetime.fromisoformat(run["built_at"]).replace(tzinfo=UTC)
    with write_claim(there, "rebuild --as-of"):
        log.info("Leveringen lezen")
        report = land.land(there, moment)
        if report.obstacles:
            raise NotRebuilt("\n".join(report.obstacles))
        run_context.write(there, moment, closing_year=run["closing_year"])
        log.info("Cijfers berekenen")
        list(transforming.build(there))
        published_file.stage(there)
        published_file.approve(there)
        published_file.release(there)


def _compare(home: Home, manifest: dict[str, Any], rebuilt: Rebuilt) -> None:
    now = tables.contents(rebuilt.home.published, rebuilt.home.logs)
    before = {one["name"]: one["content"] for one in manifest["tables"]}
    released = home.releases / manifest["release"] / "internal" / "werkmonitor.duckdb"
    with closing(duckdb.connect()) as connection:
        connection.execute("attach ? as old (read_only)", [str(released)])
        connection.execute("attach ? as new (read_only)", [str(rebuilt.home.published)])
        for table in sorted(before.keys() | now.keys()):
            if before.get(table) == now.get(table):
                rebuilt.equal += 1
            else:
                rebuilt.differences += _differing(connection, table, table in before, table in now)


def _differing(connection: duckdb.DuckDBPyConnection, table: str, was_there: bool, is_there: bool) -> Iterator[str]:
    """What differs in one table: a column, or rows as they were and as they are."""
    if not (was_there and is_there):
        yield f"{table}: {'ontbreekt nu' if was_there else 'is nieuw'}"
        return
    columns = [_columns(connection, side, table) for side in ("old", "new")]
    if odd := sorted(set(columns[0]) ^ set(columns[1])):
        yield f"{table}: andere kolommen ({', '.join(odd)})"
        return
    names = ", ".join(f'"{one}"' for one in columns[0] if one not in tables.LEFT_OUT.get(table, ()))
    for word, one, other in (("was", "old", "new"), ("nu", "new", "old")):
        query = f'select {names} from {one}.marts."{table}" except all select {names} from {other}.marts."{table}"'
        found = connection.execute(f"{query} order by all").fetchall()
        yield from (f"{table} {word}: {' '.join(map(str, row))}" for row in found[:MOST_SHOWN])
        if len(found) > MOST_SHOWN:
            yield f"{table} {word}: en nog {len(found) - MOST_SHOWN} rijen"


def _columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> list[str]:
    query = """
        select column_name from duckdb_columns()
        where database_name = ? and schema_name = 'marts' and table_name = ? order by column_index
    """
    return [name for (name,) in connection.execute(query, [database, table]).fetchall()]


def until(content: bytes, line: int) -> bytes:
    """The ledger as it was when this line had just been written: a ledger is the beginning of every later one.

    Raises:
        ValueError: the line does not stand here.
    """
    end = 0
    for piece in content.split(b"\n"):
        end += len(piece) + 1
        found = chain.parse(piece).lines
        if found and found[-1].number == line and found[-1].hash:
            return content[:end]
    raise ValueError(line)
