"""Whether what is published may be frozen as a release of a quarter: every reason why not, in Dutch.

Reads the published file, the ledger and the lists. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from orchestration.home import code
from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.ledger.receipts import Ledger
from orchestration.publishing.rows import Row, rows
from orchestration.reporting import standing

RUN = "draai eerst `werkmonitor run`"
LISTS_CHANGED = f"een referentielijst is veranderd na de publicatie: {RUN}"
MISSING = """
    select organisation_id, string_agg(trajectory, ', ' order by trajectory) as trajectories
    from marts.delivery_status where period = ? and expected and not delivered group by all order by all
"""
OPEN = """
    select finding_id, organisation_id, rule from marts.findings
    where period = ? and level = 'warning' and file_status = 'accepted' and status = 'open' order by all
"""


class NotReleasable(Exception):
    """This may not be released now; `reasons` says, in Dutch, every reason why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def run_of(published: Path) -> Row:
    """The run that a published file was made by, and where the ledger stood; empty where an older version made it."""
    query = "select run.*, line, hash from trace.run_context as run cross join trace.ledger"
    with duckdb.connect(str(published), read_only=True) as connection:
        try:
            found = rows(connection, query)
        except duckdb.CatalogException:
            return {}
    return found[0] if found and found[0]["code_sha256"] else {}


def reasons(home: Home, ledger: Ledger, published: Path, quarter: str, today: date) -> Iterator[str]:
    """Why this quarter cannot be released now, whatever its status."""
    yield from _run_needed(home, ledger, published)
    deadline = next(one["deadline"] for one in reference_list(home, "quarters") if one["quarter"] == quarter)
    if deadline >= today.isoformat():
        yield f"de termijn van {quarter} loopt tot en met {deadline}"
    with duckdb.connect(str(published), read_only=True) as connection:
        there = connection.execute("from marts.national_quarterly where period = ?", [quarter]).fetchall()
    if not there:
        yield f"van {quarter} is niets gepubliceerd"
    yield from _red(published)
    yield from _damaged(home, ledger)


def open_ends(ledger: Ledger, published: Path, quarter: str) -> Iterator[str]:
    """What is missing or open in a quarter that is to be definitive."""
    with duckdb.connect(str(published), read_only=True) as connection:
        for row in rows(connection, MISSING, [quarter]):
            yield f"{row['organisation_id']} {quarter} ({row['trajectories']}) is verwacht en niet ontvangen"
        for row in rows(connection, OPEN, [quarter]):
            if row["finding_id"] not in ledger.acknowledged:
                yield f"waarschuwing {row['finding_id']} ({row['organisation_id']} {row['rule']}) staat open"


def _run_needed(home: Home, ledger: Ledger, published: Path) -> Iterator[str]:
    run = run_of(published)
    if not run:
        yield f"de publicatie is van een oudere versie: {RUN}"
        return
    if standing.is_behind(home) or not ledger.holds(run["line"], run["hash"]):
        yield f"het register is verder dan de publicatie: {RUN}"
    if run["lists_sha256"] != code.lists_sha256(home):
        yield LISTS_CHANGED
    if run["code_sha256"] != code.code().sha256:
        yield f"de programmatuur is veranderd na de publicatie: {RUN}"
    for number in sorted(ledger.received.keys() - ledger.judged.keys()):
        yield f"bestand {number} ({ledger.received[number].file_name}) is nog niet beoordeeld: {RUN}"
    if any(home.published.parent.glob(".candidate-*")):
        yield "de uitgaande poort keurde de laatste run af, of die brak af: los op wat hij meldde, en draai opnieuw"


def _red(published: Path) -> Iterator[str]:
    from orchestration.quality import outgoing  # noqa: PLC0415  importing it takes seconds

    for problem in outgoing.judge(published, published).problems:
        yield f"de uitgaande poort keurt de publicatie af: {problem}"


def _damaged(home: Home, ledger: Ledger) -> Iterator[str]:
    """The accepted deliveries that the archive no longer holds as they came."""
    for number, judged in sorted(ledger.judged.items()):
        receipt = ledger.received[number]
        path = home.archive / receipt.archived_as
        if judged.status != "accepted":
            continue
        if not path.exists():
            yield f"in het archief ontbreekt {receipt.archived_as} ({judged.organisation_id} {judged.quarter})"
        elif sha256_of(path) != receipt.sha256:
            yield f"in het archief is {receipt.archived_as} ({judged.organisation_id} {judged.quarter}) veranderd"
