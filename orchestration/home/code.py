"""What a run is made of, in hashes: the code, its revision where somebody keeps one, and the reference lists in force.

By these a later run is known to be of the same making. What follows from a difference is for others.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.home.hashes import sha256_of
from orchestration.home.paths import DBT_PROJECT, REPOSITORY, SEEDS, Home

LOCK = REPOSITORY / "requirements" / "run.txt"
LEFT_BY_A_RUN = {"target", "logs", "dbt_packages", "__pycache__"}


@dataclass(frozen=True)
class Code:
    """`revision` and `is_clean` are None where the code is not under version control."""

    sha256: str
    lock_sha256: str
    revision: str | None
    is_clean: bool | None


@cache
def code() -> Code:
    """The code that this process runs, as it stood when it was first asked for."""
    revision = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain") if revision else None
    is_clean = None if changed is None else not changed
    return Code(_of_all(_sources(), REPOSITORY), sha256_of(LOCK), revision or None, is_clean)


def lists_sha256(home: Home) -> str:
    """One hash over all reference lists in force: ours, those of the home, and its levels of the rules."""
    return hashlib.sha256(repr(sorted(lists(home).items())).encode()).hexdigest()


def lists(home: Home) -> dict[str, str]:
    """The hash of every list that is read, by place: `reference/…` of the home's own, `seeds/reference/…` of ours."""
    own = {f"reference/{path.name}": sha256_of(path) for path in _lists_in(home.reference)}
    return own | {f"seeds/reference/{path.name}": sha256_of(path) for path in _lists_in(SEEDS / "reference")}


def _lists_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.csv")) if folder.is_dir() else []


def _sources() -> Iterator[Path]:
    """What a run reads, the reference lists and the sample apart."""
    for folder in (REPOSITORY / "orchestration", DBT_PROJECT, SEEDS / "reports"):
        paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
        yield from (path for path in paths if not LEFT_BY_A_RUN & set(path.relative_to(folder).parts))
    yield LOCK


def _of_all(paths: Iterator[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(root).as_posix()} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _git(*arguments: str) -> str | None:
    """What git says of the code; None where there is no git, or the code is not its."""
    if not (REPOSITORY / ".git").exists():
        return None
    try:
        command = ["git", "-C", str(REPOSITORY), *arguments]
        ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout.strip() if ended.returncode == 0 else None
