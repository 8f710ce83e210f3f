"""The home's one claim to write (CONTRACT § 3): whoever comes second waits, and says for whom.

The claim is the kernel's lock on a file, so it dies with the process that holds it, however that dies. Only the claim
stands here, not what is done under it.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO

from orchestration.home.paths import Home

log = logging.getLogger(__name__)


@contextmanager
def write_claim(home: Home, purpose: str, say: Callable[[str], None] = log.info) -> Iterator[None]:
    """Hold the home's write claim; waits, and says for whom, for as long as another process holds it."""
    home.root.mkdir(parents=True, exist_ok=True)
    with home.lock.open("a+", encoding="utf-8") as file:
        _acquire(file, say)
        file.truncate(0)
        file.write(json.dumps(_signature(purpose)))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
            fcntl.flock(file, fcntl.LOCK_UN)


def holder(home: Home) -> str | None:
    """Who is writing in this home now, in Dutch; None when nobody is."""
    if not home.lock.exists():
        return None
    with home.lock.open("r", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _described(file.read())
    return None


def _acquire(file: IO[str], say: Callable[[str], None]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        say(f"Wacht op {_described(file.read())}")
        fcntl.flock(file, fcntl.LOCK_EX)


def _signature(purpose: str) -> dict[str, str | int]:
    command = " ".join([os.path.basename(sys.argv[0]), *sys.argv[1:]])
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "purpose": purpose, "command": command, "since": since}


def _described(content: str) -> str:
    try:
        claim = json.loads(content)
    except ValueError:
        return "een ander proces"
    return f"{claim['purpose']} (proces {claim['pid']}, sinds {claim['since']})"
