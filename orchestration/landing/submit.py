"""Checks files for whoever submits them, and puts the good ones in the inbox.

Works while a run holds the warehouse: it opens nothing but the reference lists. Landing itself is for `land`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.findings.findings import Finding, finding
from orchestration.home.paths import Home
from orchestration.home.settings import amsterdam_day
from orchestration.landing import raw_tables
from orchestration.landing.land import MOST_FILES
from orchestration.ledger import archive
from orchestration.reading import apart, reading, tidy
from orchestration.reading.tidy import ReadFile

if TYPE_CHECKING:
    from orchestration.quality.incoming import Judgement

_STEP_NS = 1_000_000  # between two submissions: coarse file systems drop what is smaller


@dataclass(frozen=True)
class Checked:
    """What the gate says of a file (accepted, rejected or held), and where in the inbox it was put."""

    path: Path
    file_name: str
    organisation_id: str | None
    quarter: str | None
    status: str
    findings: list[Finding]
    placed_as: Path | None = None


def check(paths: Sequence[Path], home: Home, now: datetime) -> list[Checked]:
    """Judge files without landing them, in the order (modification time, name)."""
    ordered = sorted(set(paths), key=_age)
    return _judged([(path, _read(path)) for path in ordered], home, now)


def submit(paths: Sequence[Path], home: Home, now: datetime) -> list[Checked]:
    """Judge files and put the good ones in the inbox; what is placed is exactly what was judged."""
    copies = {path: _copy(path, home) for path in sorted(set(paths), key=_age)}
    try:
        read = [(path, _read(copy or path)) for path, copy in copies.items()]
        times = _submission_times(home, now)
        placed = [_place(one, copies[one.path], home, times) for one in _judged(read, home, now)]
        archive.place(home, [one.placed_as for one in placed if one.placed_as])
        return placed
    finally:
        for copy in copies.values():
            if copy:
                copy.unlink(missing_ok=True)


def _age(path: Path) -> tuple[int, str]:
    return (path.stat().st_mtime_ns if path.exists() else 0), path.name


def _read(path: Path) -> ReadFile | apart.Unread:
    try:
        return apart.read(path, path.name)
    except apart.Unread as problem:
        return problem
    except OSError as problem:
        return tidy.refused("E101", problem=f"het is niet te openen ({problem.strerror})")


def _judged(read: Sequence[tuple[Path, ReadFile | apart.Unread]], home: Home, now: datetime) -> list[Checked]:
    from orchestration.quality import incoming  # noqa: PLC0415  importing it takes seconds
    from orchestration.quality.incoming_frames import Candidate  # noqa: PLC0415

    candidates = [
        Candidate(number, amsterdam_day(now), file)
        for number, (_, file) in enumerate(read)
        if isinstance(file, ReadFile)
    ]
    judgements: dict[int, Judgement] = {}
    with closing(duckdb.connect()) as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        for first in range(0, len(candidates), MOST_FILES):
            judgements |= incoming.judge(connection, candidates[first : first + MOST_FILES])
    return [
        _unread(path, file) if isinstance(file, apart.Unread) else _checked(path, judgements[number])
        for number, (path, file) in enumerate(read)
    ]


def _checked(path: Path, judgement: Judgement) -> Checked:
    # nothing was accepted yet: what is only to be known of what was, is for the run to tell
    found = [one for one in judgement.findings if one.level != "info"]
    found += [finding("H901", check=check) for check in judgement.held_by]
    name = archive.readable_name(path.name)
    return Checked(path, name, judgement.organisation_id, judgement.quarter, judgement.status, found)


def _unread(path: Path, problem: apart.Unread) -> Checked:
    said = finding("H902", problem=problem.strerror)
    return Checked(path, archive.readable_name(path.name), None, None, "held", [said])


def _copy(path: Path, home: Home) -> Path | None:
    """A copy beside the inbox's files that no run looks at; none of a file too large to be accepted."""
    copy = home.inbox / f".submitting-{os.getpid()}-{os.urandom(6).hex()}"
    try:
        if path.stat().st_size > reading.MOST_MB << 20:
            return None
        shutil.copyfile(path, copy)
    except OSError:
        copy.unlink(missing_ok=True)
        return None
    return copy


def _submission_times(home: Home, now: datetime) -> Iterator[int]:
    """Later than anything in the inbox, so that what is submitted later also counts as newer."""
    present = [path.lstat().st_mtime_ns for path in archive.inbox_files(home)]
    first = max([int(now.timestamp()) * 10**9, *(time + _STEP_NS for time in present)])
    return count(first, _STEP_NS)


def _place(one: Checked, copy: Path | None, home: Home, times: Iterator[int]) -> Checked:
    if one.status != "accepted" or copy is None:
        return one
    moment = next(times)
    os.utime(copy, ns=(moment, moment))
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    return replace(one, placed_as=_give_free_name(copy, home.inbox, one.path.name))


def _give_free_name(copy: Path, inbox: Path, name: str) -> Path:
    """The copy under its own name, or numbered when that is taken: a link never overwrites."""
    visible = name.lstrip(".~$") or "levering"
    # no run looks at what seems to be still arriving
    stem, extension = os.path.splitext(f"{visible}-levering" if archive.is_ignored(visible) else visible)
    for number in count(1):
        target = inbox / (f"{stem}-{number}{extension}" if number > 1 else f"{stem}{extension}")
        try:
            os.link(copy, target)
        except FileExistsError:
            continue
        copy.unlink()
        return target
    raise AssertionError("unreachable")
