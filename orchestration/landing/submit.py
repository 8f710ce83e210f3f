"""Checks files for whoever submits them, and puts the good ones in the inbox.

Works while a run holds the warehouse: it reads nothing but the reference lists, the ledger and the archive. What it
says is what the run will say, warnings against earlier deliveries included. Landing itself is for `land`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.findings.findings import Finding, finding
from orchestration.home.escaping import words
from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.home.settings import amsterdam_day
from orchestration.landing import earlier
from orchestration.landing.earlier import AtTheDoor, Compared
from orchestration.landing.land import MOST_FILES
from orchestration.landing.raw import raw_tables
from orchestration.ledger import archive, receipts
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Ledger
from orchestration.reading import apart, reading, tidy
from orchestration.reading.tidy import ReadFile

if TYPE_CHECKING:
    from orchestration.quality.door.incoming import Judgement
    from orchestration.quality.door.incoming_frames import Candidate

_STEP_NS = 1_000_000  # between two submissions: coarse file systems drop what is smaller


@dataclass(frozen=True)
class Checked:
    """What the gate says of a file (accepted, rejected or held), and where in the inbox it was put.

    `compared_with`: the quarters of its organisation that it was held against, None where it was held against nothing
    because it is refused. `waiting`: how many files in the inbox it was not held against, nor judged after.
    `remarks`: what could not be looked at. `is_deferred`: it will wait, since its quarter is definitive.
    """

    path: Path
    file_name: str
    organisation_id: str | None
    quarter: str | None
    status: str
    findings: list[Finding]
    placed_as: Path | None = None
    compared_with: list[str] | None = None
    waiting: int = 0
    remarks: tuple[str, ...] = ()
    is_deferred: bool = False


class UnknownSender(Exception):
    """Files are submitted for an organisation that is not on the list; the message says so in Dutch."""


def check(paths: Sequence[Path], home: Home, now: datetime, sender: str = "") -> list[Checked]:
    """Judge files without landing them, in the order (modification time, name). `sender`: whose they should be.

    Raises:
        UnknownSender: that organisation is not on the list.
    """
    _refuse_unless_known(home, sender)
    ordered = sorted(set(paths), key=_age)
    return _judged([(path, _read(path)) for path in ordered], home, now, sender)


def submit(paths: Sequence[Path], home: Home, now: datetime, sender: str = "") -> list[Checked]:
    """Judge files and put the good ones in the inbox, in the sender's folder if one is said: exactly what was judged.

    Raises:
        UnknownSender: that organisation is not on the list.
    """
    _refuse_unless_known(home, sender)
    copies = {path: _copy(path, home) for path in sorted(set(paths), key=_age)}
    try:
        read = [(path, _read(copy or path)) for path, copy in copies.items()]
        times = _submission_times(home, now)
        inbox = home.inbox / sender
        placed = [_place(one, copies[one.path], inbox, times) for one in _judged(read, home, now, sender)]
        archive.place(home, [one.placed_as for one in placed if one.placed_as])
        return placed
    finally:
        for copy in copies.values():
            if copy:
                copy.unlink(missing_ok=True)


def _refuse_unless_known(home: Home, sender: str) -> None:
    if sender and sender not in {line["organisation_id"] for line in reference_list(home, "organisations")}:
        raise UnknownSender(f"Organisatie {sender} staat niet op de deelnemerslijst (organisations.csv).")


def _age(path: Path) -> tuple[int, str]:
    return (path.stat().st_mtime_ns if path.exists() else 0), path.name


def _read(path: Path) -> ReadFile | apart.Unread:
    try:
        return apart.read(path, path.name)
    except apart.Unread as problem:
        return problem
    except OSError as problem:
        return tidy.refused("E101", problem=f"het is niet te openen ({words(problem)})")


def _judged(
    read: Sequence[tuple[Path, ReadFile | apart.Unread]], home: Home, now: datetime, sender: str
) -> list[Checked]:
    from orchestration.quality.door import incoming  # noqa: PLC0415  importing it takes seconds
    from orchestration.quality.door.incoming_frames import Candidate  # noqa: PLC0415

    candidates = [
        Candidate(number, amsterdam_day(now), file, sender)
        for number, (_, file) in enumerate(read)
        if isinstance(file, ReadFile)
    ]
    judgements: dict[int, Judgement] = {}
    with closing(duckdb.connect()) as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        for first in range(0, len(candidates), MOST_FILES):
            judgements |= incoming.judge(connection, candidates[first : first + MOST_FILES])
    waiting = len(archive.inbox_files(home)) if home.inbox.exists() else 0
    ledger = receipts.read(home.receipts)
    compared = _compared(candidates, judgements, home, ledger, now)
    counting = InForce(ledger)
    return [
        _unread(path, file)
        if isinstance(file, apart.Unread)
        else replace(_with_lock(counting, _checked(path, judgements[number], compared.get(number))), waiting=waiting)
        for number, (path, file) in enumerate(read)
    ]


def _compared(
    candidates: Iterable[Candidate], judgements: Mapping[int, Judgement], home: Home, ledger: Ledger, now: datetime
) -> dict[int, Compared]:
    """What earlier deliveries say of the good ones, each held against the good ones before it too."""
    good = [
        AtTheDoor(one.receipt, judged.organisation_id or "", judged.quarter or "", one.file.rows)
        for one in candidates
        if (judged := judgements[one.receipt]).status == "accepted"
    ]
    return earlier.compare(home, ledger, good, now) if good else {}


def _checked(path: Path, judgement: Judgement, compared: Compared | None) -> Checked:
    crashes = [finding("H901", check=check) for check in judgement.held_by]
    # nothing was accepted yet: what is only to be known of what was, is for the run to tell
    own = [one for one in judgement.findings if one.level != "info"]
    found = [*own, *crashes, *(compared.findings if compared else [])]
    said = replace(judgement, findings=sorted(found, key=lambda one: one.rule))
    return Checked(
        path,
        archive.readable_name(path.name),
        said.organisation_id,
        said.quarter,
        said.status,
        said.findings,
        compared_with=compared.quarters if compared else None,
        remarks=tuple(compared.remarks) if compared else (),
    )


def _with_lock(counting: InForce, one: Checked) -> Checked:
    """The same, and whether a definitive quarter will keep it from counting."""
    if one.status != "accepted" or not one.path.exists():
        return one
    sha256 = sha256_of(one.path)
    return replace(one, is_deferred=counting.will_defer(sha256, one.organisation_id or "", one.quarter or ""))


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


def _place(one: Checked, copy: Path | None, inbox: Path, times: Iterator[int]) -> Checked:
    if one.status != "accepted" or copy is None:
        return one
    moment = next(times)
    os.utime(copy, ns=(moment, moment))
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    inbox.mkdir(exist_ok=True)
    return replace(one, placed_as=_give_free_name(copy, inbox, one.path.name))


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
