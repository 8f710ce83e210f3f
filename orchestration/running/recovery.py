"""Which faults pass by themselves, so that trying again makes sense; how often and how long to wait in between."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator

MOST_RETRIES = 3
PASSING = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.EDQUOT,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOSPC,
    errno.ESTALE,
    errno.ETIMEDOUT,
}
# DuckDB, SQLite and dbt give the system's words and no number
FULL = "No space left on device|database or disk is full|Disk quota exceeded"
WORDS = re.compile(
    f"{FULL}|Could not set lock on file|database is locked"
    "|Input/output error|Stale file handle|Resource temporarily unavailable",
    re.IGNORECASE,
)


def is_transient(problem: BaseException) -> bool:
    """Whether this fault, or one that it came from, may be gone in a minute: a lock, a full disk, a share away."""
    return any(
        one.errno in PASSING if isinstance(one, OSError) and one.errno else bool(WORDS.search(str(one)))
        for one in _chain(problem)
    )


def is_disk_full(reason: str) -> bool:
    """Whether a fault, in the words of whoever failed, is that there is no room."""
    return bool(re.search(FULL, reason, re.IGNORECASE))


def is_held(reason: str) -> bool:
    """Whether a fault, in DuckDB's words, is that another program has the file open."""
    return "Could not set lock on file" in reason


def is_broken(reason: str) -> bool:
    """Whether a fault, in SQLite's words, is that a database is none any more."""
    return bool(re.search("malformed|not a database|corrupt", reason, re.IGNORECASE))


def advice(reason: str) -> str:
    """What to do, in Dutch, when a database of Dagster's gave this reason."""
    if is_disk_full(reason):
        return "De schijf is vol: maak ruimte."
    if "locked" in reason:
        return "Een ander programma houdt die database vast, een back-up bijvoorbeeld: begin opnieuw als dat klaar is."
    return "Kijk of die map bestaat en van u is; de map dagster/ kan weg als er niets loopt."


def wait_seconds(first: float, retry: int) -> float:
    """How long to wait before retry 0, 1, 2: each time three times as long."""
    return float(first * 3**retry)


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__
