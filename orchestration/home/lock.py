"""The home's one claim to write (CONTRACT § 3): whoever comes second waits, and says for whom.

The claim is the kernel's lock on a file, so it dies with the process that holds it, however that dies. Only the claim
stands here, not what is done under it.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from orchestration.home.escaping import shown
from orchestration.home.modes import PRIVATE_FILE
from orchestration.home.paths import Home

LOCKS = Path("/proc/locks")
MOST_CHARACTERS = 4096  # of what the file of a claim says of itself
log = logging.getLogger(__name__)


class ClaimRefused(OSError):
    """The claim cannot be asked for; the message says, in Dutch, why and what to do."""


@contextmanager
def write_claim(home: Home, purpose: str, say: Callable[[str], None] = log.info) -> Iterator[None]:
    """Hold the home's write claim; waits, and says for whom, for as long as another process holds it."""
    with _opened(home) as file:
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
    try:
        with home.lock.open("r", encoding="utf-8", errors="replace") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _described(file)
    except FileNotFoundError:
        return None
    except PermissionError:
        return f"niet na te gaan: {home.lock} is van gebruiker {_owner(home)}"
    return None


def program_locking(*paths: Path) -> str:
    """Which program has locked one of these files, in Dutch; nameless where the system does not tell."""
    inodes = {str(path.stat().st_ino) for path in paths if path.exists()}
    try:
        for line in LOCKS.read_text().splitlines():
            *_, number, device_and_inode, _, _ = line.split()
            if "WRITE" in line and device_and_inode.rpartition(":")[2] in inodes and int(number) > 0:
                return f"{shown(Path('/proc', number, 'comm').read_text().strip())} (proces {number})"
    except (OSError, ValueError):
        pass
    return "een ander programma"


def _opened(home: Home) -> IO[str]:
    """The lock's file, made where it is not there.

    Raises:
        ClaimRefused: it is another account's, or no file.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, PRIVATE_FILE)
    except PermissionError:
        whose = f"is van gebruiker {_owner(home)}" if home.lock.exists() else "kan hier niet worden gemaakt"
        raise ClaimRefused(
            f"Het slot {home.lock} {whose}; u werkt als {_account(os.geteuid())}. "
            "Werk als die gebruiker, of vraag de beheerder om deze home met u te delen."
        ) from None
    except IsADirectoryError:
        raise ClaimRefused(f"Het slot {home.lock} is een map; verwijder die.") from None
    return os.fdopen(descriptor, "r+", encoding="utf-8", errors="replace")


def _owner(home: Home) -> str:
    return _account(home.lock.stat().st_uid)


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _acquire(file: IO[str], say: Callable[[str], None]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"Wacht op {_described(file)}")
        fcntl.flock(file, fcntl.LOCK_EX)


def _signature(purpose: str) -> dict[str, str | int]:
    command = " ".join([os.path.basename(sys.argv[0]), *sys.argv[1:]])
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "purpose": purpose, "command": command, "since": since}


def _described(file: IO[str]) -> str:
    """Whose claim it is, by what stands in the file: that may be anything, the claim is the kernel's."""
    file.seek(0)
    try:
        claim = json.loads(file.read(MOST_CHARACTERS))
        return shown(f"{claim['purpose']} (proces {claim['pid']}, sinds {claim['since']})")
    except (ValueError, TypeError, LookupError, RecursionError):
        return "een ander proces"
