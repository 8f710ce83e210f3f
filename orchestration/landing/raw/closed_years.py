"""What a closed year held: its counts, kept as a file of the archive that the ledger names by its hash; and on what.

By these a later change is seen and said, figure by figure and delivery by delivery; the comparing is the method's
(`int_year_counts_changed`). A file that is gone or changed stops nothing: of its year only the digest is left.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import duckdb

from orchestration.home import modes
from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.landing.raw import raw_filling
from orchestration.ledger import receipts
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Ledger, YearClosed
from orchestration.ledger.soundness import Problem

KEY = ("level", "region_code", "organisation_id", "trajectory", "measure", "breakdown", "category")
COUNTS = (*KEY, "value")
CLOSINGS = ("year", "closed_at", "reason", "values_digest", "counts_sha256", "method_version")
DELIVERIES = ("year", "closed_at", "organisation_id", "quarter", "receipt", "cells_sha256")
_FOLDER = "years"
_PASSING = ".keeping"


def keep(home: Home, counts: Iterable[Sequence[object]]) -> str:
    """Put a year's counts (by `COUNTS`) in the archive, on disk when this returns; the hash that names the file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COUNTS)
    writer.writerows(counts)
    content = gzip.compress(text.getvalue().encode("utf-8"), mtime=0)
    sha256 = hashlib.sha256(content).hexdigest()
    target = path(home, sha256)
    modes.make_folder(target.parent, modes.PRIVATE)
    passing = target.with_name(_PASSING)
    passing.unlink(missing_ok=True)
    with passing.open("wb") as file:
        file.write(content)
        os.fchmod(file.fileno(), 0o444)
        os.fsync(file.fileno())
    passing.replace(target)
    receipts.sync_folder(target.parent)
    receipts.sync_folder(home.archive)
    return sha256


def path(home: Home, sha256: str) -> Path:
    """Where the counts of that hash are kept."""
    return home.archive / _FOLDER / f"{sha256}.csv.gz"


def problems(home: Home, ledger: Ledger) -> list[Problem]:
    """The newest closings of which the counts are gone or changed, and what to do."""
    newest = {one.year: one for one in ledger.years_closed}
    return [
        Problem(
            f"In het archief {what} {_FOLDER}/{path(home, one.counts_sha256).name}: de cijfers waarmee {one.year} is "
            "afgesloten. Zet het terug uit de back-up; anders is niet te herleiden wat er sindsdien verandert, totdat "
            f"u het jaar opnieuw afsluit: `werkmonitor rollup --year {one.year}`.",
            stops=False,
        )
        for one in newest.values()
        if one.counts_sha256 and (what := _amiss(home, one.counts_sha256))
    ]


def fill(connection: duckdb.DuckDBPyConnection, home: Home, ledger: Ledger) -> None:
    """Bring the closed years in `raw` up to date with the ledger: the closings, their counts and their deliveries.

    Nothing is written where the warehouse has taken in this very ledger, and the files are as they were then.
    """
    named = {one.counts_sha256 for one in ledger.years_closed if one.counts_sha256}
    sound = {sha256 for sha256 in named if not _amiss(home, sha256)}
    there = {str(row[0]) for row in connection.execute("select distinct counts_sha256 from raw.year_counts").fetchall()}
    if sound == there and ledger.head and raw_filling.head(connection) == ledger.head and _is_full(connection, ledger):
        return
    connection.begin()
    fill_closings(connection, ledger)
    connection.execute("delete from raw.year_deliveries")
    raw_filling.insert(connection, "year_deliveries", DELIVERIES, _deliveries(ledger))
    connection.execute(
        "delete from raw.year_counts where not list_contains(?::varchar[], counts_sha256)", [sorted(sound)]
    )
    for sha256 in sorted(sound - there):
        fill_counts(connection, home, sha256)
    connection.commit()


def fill_closings(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Replace the closings by those of the ledger."""
    connection.execute("delete from raw.year_closings")
    raw_filling.insert(connection, "year_closings", CLOSINGS, [closing_row(one) for one in ledger.years_closed])


def fill_counts(connection: duckdb.DuckDBPyConnection, home: Home, sha256: str) -> None:
    """Add the counts of one closing."""
    with gzip.open(path(home, sha256), "rt", encoding="utf-8", newline="") as file:
        rows = [(sha256, *row) for row in list(csv.reader(file))[1:]]
    raw_filling.insert(connection, "year_counts", ("counts_sha256", *COUNTS), rows)


def closing_row(one: YearClosed) -> tuple[object, ...]:
    """A closing as its row of `raw`."""
    moment = raw_filling.utc(one.closed_at)
    return one.year, moment, one.reason, one.values_digest, one.counts_sha256, one.method_version


def _is_full(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> bool:
    """Whether the warehouse holds the closings: one of an older edition knows the ledger and not these."""
    query = "select count(*), (select count(*) from raw.year_deliveries) from raw.year_closings"
    closings, deliveries = connection.execute(query).fetchall()[0]
    return bool(closings == len(ledger.years_closed) and (deliveries or not closings))


def _amiss(home: Home, sha256: str) -> str:
    """What is wrong with a kept file, in Dutch; '' when nothing is."""
    try:
        state = path(home, sha256).stat()
        found = _hash_of(path(home, sha256), (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino))
    except OSError:
        return "ontbreekt"
    return "" if found == sha256 else "is veranderd"


@lru_cache(maxsize=256)
def _hash_of(file: Path, _state: tuple[int, ...]) -> str:
    """The hash of a file in this state: a landing asks twice, and one process lands often."""
    return sha256_of(file)


def _deliveries(ledger: Ledger) -> list[tuple[object, ...]]:
    """Per closing the deliveries that were in force: what the ledger said up to its line, each with its cells' hash."""
    closings = {id(one) for one in ledger.years_closed}
    rows: list[tuple[object, ...]] = []
    for line, (_, entry) in ledger.lines.items():
        if not isinstance(entry, YearClosed) or id(entry) not in closings:
            continue
        then = receipts.up_to(ledger, line)
        in_force = InForce(then)
        for organisation_id, quarter in sorted(in_force.pairs()):
            receipt = in_force.delivery(organisation_id, quarter)
            if receipt is None:
                continue
            cells = then.cells_of(receipt.receipt) or ledger.cells_of(receipt.receipt) or (None, None)
            moment = raw_filling.utc(entry.closed_at)
            rows.append((entry.year, moment, organisation_id, quarter, receipt.receipt, cells[1]))
    return rows
