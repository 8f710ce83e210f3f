"""What the published file remembers of the ledger: its newest line, and of whom a delivery was in force.

By the first a ledger that was put back or lost is seen; by the second, that a new publication would lose somebody.
"""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb

from orchestration.home.paths import Home
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Ledger
from orchestration.ledger.soundness import Head
from orchestration.publishing.opening import published_rows_if_known
from orchestration.publishing.rows import Row

log = logging.getLogger(__name__)
Pair = tuple[str, str]
IN_FORCE = "select organisation_id, quarter, is_withdrawn from trace.deliveries"


def head(home: Home) -> list[Head]:
    """The newest line of the ledger that the published file was made from; none where there is no such file."""
    found = _rows(home, "select line, hash from trace.ledger where line > 0")
    return [Head(int(row["line"]), str(row["hash"]), "de publicatie") for row in found]


def in_force(home: Home) -> set[Pair]:
    """The organisations and quarters of which a delivery was in force when the file was published."""
    found = _rows(home, f"{IN_FORCE} where not is_withdrawn")
    found = found or _rows(home, "select distinct organisation_id, period as quarter from marts.organisation_quarterly")
    return {(str(row["organisation_id"]), str(row["quarter"])) for row in found}


def lost(home: Home, ledger: Ledger) -> list[Pair]:
    """Whose published delivery counts no more by the ledger, though nobody said that it is lost."""
    return sorted(in_force(home) - InForce(ledger).pairs() - given_up(home, ledger))


def lost_in(home: Home, candidate: Path, ledger: Ledger) -> list[Pair]:
    """Whose published delivery is not in the candidate, though nobody withdrew it or said that it is lost."""
    with duckdb.connect(str(candidate), read_only=True) as connection:
        there = {(organisation, quarter) for organisation, quarter, _ in connection.execute(IN_FORCE).fetchall()}
    return sorted(in_force(home) - there - given_up(home, ledger))


def given_up(home: Home, ledger: Ledger) -> set[Pair]:
    """Of whom somebody said, since the publication, that a delivery is lost."""
    # a head that was given up itself says nothing of when
    since = max((one.line for one in head(home) if ledger.stands(one.line, one.hash)), default=0)
    return {(pair[0], pair[1]) for line, one in ledger.voided.items() if line > since for pair in one.lost}


def _rows(home: Home, query: str) -> list[Row]:
    try:
        return published_rows_if_known(home, query)
    except (duckdb.Error, OSError) as problem:  # garbage: the next publication replaces it
        log.warning("De vorige publicatie is niet te lezen: %s", str(problem).splitlines()[0])
        return []
