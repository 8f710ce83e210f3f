"""Who may do what with the files of a home (CONTRACT § 3): the modes of a new one, and what is too open in an old one.

Private is what names an organisation; public is the published file. Modes that somebody chose are never narrowed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestration.home.paths import Home

ROOT, PRIVATE, PRIVATE_FILE, PUBLIC, PUBLIC_FILE = 0o711, 0o700, 0o600, 0o755, 0o444
OTHERS = 0o077


@dataclass(frozen=True)
class TooOpen:
    """A file or folder that others than its owner can get at, or change, and should not."""

    path: Path
    mode: int
    should_be: int

    def __str__(self) -> str:
        return f"{self.path} staat open voor anderen ({self.mode:04o}); sluit hem af met: chmod {self.should_be:o}"


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder with this mode, whatever the umask; one that is there stays as it is."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(mode)


@contextmanager
def as_closed_as_the_archive(home: Home) -> Iterator[None]:
    """What is made within is no more open than `archive/`: the warehouse too, and what DuckDB puts beside it."""
    before = os.umask(0o077)
    os.umask(before | (OTHERS & ~stat.S_IMODE(home.archive.stat().st_mode) if home.archive.exists() else 0))
    try:
        yield
    finally:
        os.umask(before)


def too_open(home: Home) -> list[TooOpen]:
    """What of this home others can read or change, and should not; in the order of the contract."""
    private = (home.archive, home.feedback, home.reference, home.reports, home.dagster, home.logs)
    should_be = {
        home.root: ROOT,
        **dict.fromkeys(private, PRIVATE),
        **dict.fromkeys((home.warehouse, home.warehouse_wal, home.settings, home.lock), PRIVATE_FILE),
        home.published.parent: PUBLIC,
        home.published: PUBLIC_FILE,
        home.releases: PUBLIC,
        home.release_log: PUBLIC_FILE,
    }
    found = [(path, stat.S_IMODE(path.stat().st_mode), mode) for path, mode in should_be.items() if path.exists()]
    return [TooOpen(path, mode, closed) for path, mode, closed in found if mode & OTHERS & ~closed]
