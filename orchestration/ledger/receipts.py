"""The append-only ledger `archive/receipts.jsonl`: what landed when, what was decided, what was closed and why.

With the archived files it is the only truth: the warehouse can be made anew from the two. A line, once
written, is never changed. Nothing is judged or archived here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Receipt:
    """A file was received. `receipt` is the order of landing; inode and times recognise it after a crash."""

    receipt: int
    sha256: str
    archived_as: str
    file_name: str
    size_bytes: int
    modified_ns: int
    changed_ns: int
    inode: int
    landed_at: str


@dataclass(frozen=True)
class Judged:
    """What was decided about a received file: accepted, rejected or unchanged."""

    receipt: int
    status: str
    organisation_id: str | None
    quarter: str | None
    version: int | None
    findings: list[dict[str, str]]


@dataclass(frozen=True)
class YearClosed:
    """The annual rollup closed a year; the newest line of a year counts."""

    year: int
    closed_at: str
    reason: str | None
    values_digest: str


@dataclass(frozen=True)
class Acknowledged:
    """Somebody closed a warning with a reason; the newest line of a finding counts. `message`: as it read then."""

    finding_id: str
    organisation_id: str
    quarter: str
    rule: str
    message: str
    reason: str
    acknowledged_by: str
    acknowledged_at: str


Entry = Receipt | Judged | YearClosed | Acknowledged
KINDS: dict[str, type[Receipt] | type[Judged] | type[YearClosed] | type[Acknowledged]] = {
    "received": Receipt,
    "judged": Judged,
    "year_closed": YearClosed,
    "acknowledged": Acknowledged,
}


@dataclass
class Ledger:
    """All lines, sorted by kind."""

    received: dict[int, Receipt] = field(default_factory=dict)
    judged: dict[int, Judged] = field(default_factory=dict)
    years_closed: list[YearClosed] = field(default_factory=list)
    acknowledged: dict[str, Acknowledged] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        match entry:
            case Receipt():
                self.received[entry.receipt] = entry
            case Judged():
                self.judged[entry.receipt] = entry
            case YearClosed():
                self.years_closed.append(entry)
            case Acknowledged():
                self.acknowledged[entry.finding_id] = entry


def read(path: Path) -> Ledger:
    """The ledger as far as it is whole; safe while another process appends."""
    ledger = Ledger()
    content = path.read_bytes() if path.exists() else b""
    for line in content[: _whole(content)].splitlines():
        ledger.add(_entry(json.loads(line)))
    return ledger


def append(path: Path, entries: Iterable[Entry]) -> None:
    """Add lines durably: they are on disk when this returns, or the next opening cuts off the torn end."""
    lines = b"".join(_line(entry) for entry in entries)
    if not lines:
        return
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        _cut_torn_end(descriptor, path)
        _write_all(descriptor, lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        sync_folder(path.parent)


def close_year(path: Path, closing: YearClosed) -> None:
    """Write down that a year was closed."""
    append(path, [closing])


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(entry: Entry) -> bytes:
    kind = next(name for name, kind in KINDS.items() if isinstance(entry, kind))
    # ASCII only, so that no reader can stumble over an odd file name or line separator
    return json.dumps({"kind": kind, **asdict(entry)}).encode("ascii") + b"\n"


def _entry(values: dict[str, Any]) -> Entry:
    return KINDS[values.pop("kind")](**values)


def _write_all(descriptor: int, lines: bytes) -> None:
    """One write, unless the disk is filling up; then the rest, or the error."""
    remaining = memoryview(lines)
    while remaining:
        remaining = remaining[os.write(descriptor, remaining) :]


def _whole(content: bytes) -> int:
    """Where the last complete line ends: a crash can leave a torn line at the tail, nowhere else."""
    end = content.rfind(b"\n") + 1
    while end:
        start = content.rfind(b"\n", 0, end - 1) + 1
        if _is_json(content[start:end]):
            return end
        end = start
    return 0


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _cut_torn_end(descriptor: int, path: Path) -> None:
    content = path.read_bytes()
    whole = _whole(content)
    if whole < len(content):
        os.ftruncate(descriptor, whole)
