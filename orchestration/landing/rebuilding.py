"""Makes the warehouse anew: looks at the whole archive first, builds beside what stands, and replaces that at the end.

What landing itself is stands in `land`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import datetime

import duckdb

from orchestration.home.paths import Home
from orchestration.landing import land
from orchestration.landing.land import LandingReport
from orchestration.landing.raw import closed_years, raw_filling, warehouse
from orchestration.ledger import receipts, soundness
from orchestration.ledger.archive import ArchiveDamaged
from orchestration.ledger.soundness import Head, Problem


def rebuild(home: Home, now: datetime, heads: Sequence[Head], only: Collection[str] | None = None) -> LandingReport:
    """Land all that was ever received into a new warehouse; it takes the place of the old one when nothing is amiss.

    `heads`: what others remember of the ledger.

    Raises:
        ArchiveDamaged: ledger or archive are not what was written; nothing was touched.
    """
    with warehouse.opened(home) as connection:
        receipts.seal(home.receipts)
        land.count_old(connection, home)
        problems = look(home, [*land.warehouse_head(connection), *heads], raw_filling.landed(connection))
    if stopping := [one.text for one in problems if one.stops]:
        raise ArchiveDamaged("\n".join(stopping))
    beside = home.root / ".warehouse-beside.duckdb"
    for leftover in home.root.glob(f"{beside.name}*"):
        leftover.unlink()
    with closing(duckdb.connect(str(beside))) as connection:
        report = land.land_into(connection, home, now, only)
    if report.obstacles:
        beside.unlink()
    else:
        warehouse.replace(home, beside)
    return report


def look(home: Home, heads: Sequence[Head], landed: Collection[int] = ()) -> list[Problem]:
    """All that is damaged, missing or forgotten, down to the content of every archived file."""
    ledger = receipts.read(home.receipts)
    found = [*soundness.problems(home, ledger), *soundness.contents(home, ledger), *closed_years.problems(home, ledger)]
    for head in heads:
        found += soundness.beyond(ledger, head)
    return found if any(one.stops for one in found) else [*found, *land.forgotten(ledger, landed)]
