"""The gate over 1 000 deliveries of 300 cells, against DuckDB alone reading and casting the same files.

Prints the seconds of every pair and the median ratio beside the most that it may be; judges nothing. What the gate
does is reading, judging, writing the verdicts down and filling `raw.*`. Imports and archiving are printed beside it.
`make bench`.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import duckdb

from orchestration.home.paths import Home
from orchestration.landing import land
from orchestration.ledger import archive
from orchestration.reading import tidy
from tests.support.oracle import CellKey, Delivery
from tests.support.random_deliveries import standard_reference, to_tidy_csv

DELIVERIES = 1_000
CELLS = 300
QUARTER = "2025-Q1"
NOW = datetime(2025, 4, 20, 12, 0, tzinfo=UTC)
MOST = 15
TIMES = 5
T = TypeVar("T")
REGIONS = {
    "drenthe": ("ips", "wabz", "other", "jobcoaching", "uwv_werkfit", "uwv_naar_werk"),
    "friesland": ("ips", "wabz", "other", "jobcoaching", "uwv_werkfit", "uwv_naar_werk"),
    "groningen": ("ips", "wabz", "other", "jobcoaching"),
    "flevoland": ("wabz",),
}
# totals that keep every rule: nobody is at work who is no client
TOTALS = {"clients": 60, "paid_work": 24, "ever_paid_work": 30, "durable_paid_work": 9, "ended": 7}


def main() -> None:
    """Time the pairs in turn, so that a machine that slows down slows both."""
    imports, _ = timed(_import_the_gate)
    print(f"imports {imports:.2f} s, once a process and not counted")
    with tempfile.TemporaryDirectory() as folder:
        one_pair(Path(folder) / "warm-up")
        ratios = [one_pair(Path(folder) / str(number)) for number in range(TIMES)]
    print(f"median ratio {statistics.median(ratios):.1f}, to stay within {MOST}")


def one_pair(folder: Path) -> float:
    """The ratio of the gate's seconds to those of DuckDB, on a home of its own."""
    home = Home(folder).create()
    _fill_inbox(home)
    archiving, _ = timed(lambda: archive.receive(home, NOW))
    gate, report = timed(lambda: land.land(home, NOW))
    assert report.counts == {"accepted": DELIVERIES}, report.counts
    assert not any(outcome.findings for outcome in report.outcomes)
    reading, cells = timed(lambda: _read_and_cast(home.archive))
    assert cells == DELIVERIES * CELLS, cells
    print(
        f"gate {gate:5.2f} s   DuckDB {reading:5.2f} s   ratio {gate / reading:5.1f}   (archiving {archiving:.2f} s)",
        flush=True,
    )
    return gate / reading


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Wall seconds of the work, and what came of it."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _import_the_gate() -> None:
    from orchestration.quality.door import incoming  # noqa: F401, PLC0415


def _read_and_cast(folder: Path) -> int:
    """DuckDB's own reader over all files in one query, told the columns; the number of cells."""
    columns = ", ".join(f"'{name}': 'varchar'" for name in tidy.COLUMNS)
    with closing(duckdb.connect()) as connection:
        connection.execute(f"""
            create table cells as
            select * replace (cast(clients as bigint) as clients)
            from read_csv('{folder}/*/*.csv', header = true, delim = ',', filename = true, columns = {{{columns}}})
        """)
        ((cells,),) = connection.sql("select count(*) from cells").fetchall()
        return int(cells)


def _fill_inbox(home: Home) -> None:
    organisations = [f"org_{number:04d}" for number in range(DELIVERIES)]
    lines = [f"{one},Voorbeeldorganisatie,2022-Q4,\n" for one in organisations]
    own_list = home.reference / "organisations.csv"
    own_list.parent.mkdir(exist_ok=True)
    own_list.write_text("organisation_id,name,active_from,active_to\n" + "".join(lines), encoding="utf-8")
    cells = dict(_cells())
    assert len(cells) == CELLS, len(cells)
    for one in organisations:
        text = to_tidy_csv(Delivery(one, QUARTER, cells, []))
        (home.inbox / f"{one}.csv").write_text(text, encoding="utf-8")


def _cells() -> Iterator[tuple[CellKey, int]]:
    """A delivery's cells: the required ones of every trajectory."""
    reference = standard_reference()
    for region, trajectories in REGIONS.items():
        for trajectory in trajectories:
            rows = [row for row in reference.valid_rows(trajectory, QUARTER) if not row.optional]
            for row in rows:
                parts = [one for one in rows if (one.measure, one.breakdown) == (row.measure, row.breakdown)]
                most, left = divmod(TOTALS.get(row.measure, 4), len(parts))
                yield (
                    (region, trajectory, row.measure, row.breakdown, row.category),
                    most + left * (row is parts[0]),
                )


if __name__ == "__main__":
    main()
