"""What other programs do to the published file against all rules: hold it open to write, leave files under its name.

Only who may write there can: root in a container, mostly. DuckDB replays any `.wal` that lies beside a file onto it,
also read-only and also when it belongs to the file that was there before: readers then see other figures, unsaid.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from pathlib import Path

from orchestration.home.escaping import shown
from orchestration.home.lock import program_locking
from orchestration.home.paths import Home

log = logging.getLogger(__name__)


def beside(home: Home) -> list[Path]:
    """What lies in the folder under the file's name with something behind it: `.wal` and the like."""
    folder = home.published.parent
    return sorted(folder.glob(f"{home.published.name}?*")) if folder.is_dir() else []


def clear(home: Home) -> list[Path]:
    """Take all of that away, and say so; what it was.

    Raises:
        OSError: it cannot be taken away, so nothing may be published beside it.
    """
    found = beside(home)
    for path in found:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        log.warning("Weggehaald: %s, van een programma dat in de publicatie schreef.", shown(str(path)))
    return found


def writer(home: Home) -> str | None:
    """Which program holds the published file open to write, in Dutch; None when none does."""
    try:
        descriptor = os.open(home.published, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return program_locking(home.published)
    finally:
        os.close(descriptor)
    return None
