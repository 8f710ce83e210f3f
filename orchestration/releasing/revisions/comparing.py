"""Makes the table `revisions` of two states: every cell of `figures` that differs, what did it, and by how much.

Where code or lists changed and other things too, the old deliveries are computed anew by the new code, in a home of
their own that is gone afterwards: so the change splits exactly. The comparing stands in `revisions.sql`.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration import transforming
from orchestration.home import code
from orchestration.home.lock import write_claim
from orchestration.home.paths import Home
from orchestration.ledger.archive import ArchiveDamaged
from orchestration.releasing import as_of
from orchestration.releasing.revisions.sides import NotComparable, Side, deliveries_changed

log = logging.getLogger(__name__)
SQL = Path(__file__).with_name("revisions.sql")
NOBODYS = "(select * from new.marts.figures where false)"


def write(home: Home, old: Side | None, new: Side, target: Path, correction: str = "") -> bool:
    """Write the table to a new DuckDB file, empty without an old side; whether the change could be split.

    Raises:
        NotComparable: the old deliveries cannot be computed again.
    """
    with duckdb.connect(str(target)) as connection:
        connection.execute("attach ? as old (read_only)", [str((old or new).database)])
        connection.execute("attach ? as new (read_only)", [str(new.database)])
        connection.execute("create temp table deliveries_changed (organisation_id text, quarter text, told text)")
        if old and (changed := deliveries_changed(old, new)):
            connection.executemany("insert into deliveries_changed values (?, ?, ?)", changed)
        with _between(connection, home, old or new, new) as source:
            columns = "figure_key, value, status, period_status, year_status, true as is_there"
            connection.execute(f"create temp view between_figures as select {columns} from {source or NOBODYS}")
            facts = [new.name, old.name if old else None, source is not None, bool(correction)]
            columns = "? as release, ?::varchar as compared_with, ? as is_split, ? as is_correction"
            connection.execute(f"create temp table compared as select {columns}", facts)
            connection.execute("create schema marts")
            connection.execute(SQL.read_text(encoding="utf-8"))
        return source is not None


@contextmanager
def _between(connection: duckdb.DuckDBPyConnection, home: Home, old: Side, new: Side) -> Iterator[str | None]:
    """Where the figures of the old deliveries by the new code stand; None where that code is not here."""
    if (old.code, old.lists) == (new.code, new.lists):
        yield "old.marts.figures"
    elif _facts(old) == _facts(new):
        yield "new.marts.figures"
    elif new.code != code.code().sha256:
        yield None
    else:
        log.info("De leveringen van %s berekenen met de programmatuur en de lijsten van %s", old.name, new.name)
        with tempfile.TemporaryDirectory(prefix="werkmonitor-") as folder:
            built = _built(home, old, new, Home(Path(folder).resolve() / "home").create())
            connection.execute("attach ? as built (read_only)", [str(built.warehouse)])
            yield "built.marts.figures"
            connection.execute("drop view between_figures")
            connection.execute("detach built")


def _facts(side: Side) -> tuple[object, ...]:
    """All that a run rests on beside code and lists."""
    return side.run["ledger"], side.run["today"], side.run["closing_year"]


def _built(home: Home, old: Side, new: Side, there: Home) -> Home:
    try:
        as_of.give(home, old.run["ledger"]["line"], there)
        if new.lists_folder:
            as_of.give_lists(new.lists_folder, new.lists, there)
        else:
            for path in home.reference.glob("*.csv"):
                shutil.copyfile(path, there.reference / path.name)
        with write_claim(there, "revisions"):
            as_of.build(there, old.run, ["+figures"], ["resource_type:test"])
    except (as_of.NotRebuilt, ArchiveDamaged, transforming.BuildFailed) as problem:
        raise NotComparable(f"de leveringen van {old.name} zijn niet opnieuw te berekenen: {problem}") from problem
    return there
