"""The append-only ledger `archive/receipts.jsonl`: what landed when, what was decided, what was closed and why.

With the archived files it is the only truth: the warehouse can be made anew from the two. A line, once written, is
never changed; that it was not, its chain of hashes shows (`chain`). Nothing is judged or archived here.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.home.words import readable
from orchestration.ledger import chain
from orchestration.ledger.chain import Chain, Damage, Line

LOG = logging.getLogger(__name__)
STATUSES = ("accepted", "rejected", "unchanged")
MOST_SHOWN = 2000  # bytes of a torn end that are kept


class NotWritable(Exception):
    """An entry that could not be read back, so that nothing was written; the message (Dutch) says what of it."""


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
    """What was decided about a received file: accepted, rejected or unchanged.

    `cells`, `cells_sha256`: what an accepted file held (`cells`); None in lines of before 0.3 (then `Counted` says it).
    """

    receipt: int
    status: str
    organisation_id: str | None
    quarter: str | None
    version: int | None
    findings: list[dict[str, str]]
    cells: int | None = None
    cells_sha256: str | None = None


@dataclass(frozen=True)
class Counted:
    """What an accepted file holds of which the verdict does not say it: by the cells in the warehouse, else as read."""

    receipt: int
    cells: int
    cells_sha256: str


@dataclass(frozen=True)
class Reread:
    """Somebody decided that an accepted file holds what the reader makes of it now, and why."""

    receipt: int
    cells: int
    cells_sha256: str
    reason: str
    reread_by: str
    reread_at: str


@dataclass(frozen=True)
class YearClosed:
    """The annual rollup closed a year; the newest line of a year counts.

    `counts_sha256`: names the file of the archive that keeps its counts; None in lines of before 0.3, as the method.
    """

    year: int
    closed_at: str
    reason: str | None
    values_digest: str
    counts_sha256: str | None = None
    method_version: str | None = None


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


@dataclass(frozen=True)
class QuarterLocked:
    """A quarter was released as definitive: which delivery of each organisation counts (`Ledger.locks`).

    `deliveries`: organisation, receipt, version and sha256 of each; receipt None of who is listed and had none.
    """

    quarter: str
    release: str
    deliveries: list[dict[str, Any]]
    locked_at: str


@dataclass(frozen=True)
class Reopened:
    """Somebody ended the lock of a quarter (2024-Q4), or the closing of a year (2024), and why."""

    period: str
    reason: str
    reopened_by: str
    reopened_at: str


@dataclass(frozen=True)
class Sealed:
    """All lines of before the chain, which stand right before this one: their hash, and the begin of that of each."""

    lines: int
    sha256: str
    digests: list[str]


@dataclass(frozen=True)
class Cut:
    """The torn end that was cut off before this line was written: how long it was, its hash and its (first) bytes."""

    length: int
    sha256: str
    bytes: str


@dataclass(frozen=True)
class Voided:
    """Somebody decided that a line, a damaged place, or what came after the last line, counts no more, and why.

    `bytes_sha256`: of what stands there. `heads`: the hashes of lines that are gone, which the warehouse or the
    published file still names. `lost`: the organisations and quarters that are no longer in force because of it.
    """

    first: int
    bytes_sha256: str
    heads: list[str]
    lost: list[list[str]]
    reason: str
    voided_by: str
    voided_at: str


Entry = (
    Receipt | Judged | Counted | Reread | YearClosed | Acknowledged | QuarterLocked | Reopened | Sealed | Cut | Voided
)
KINDS: dict[str, type[Entry]] = {
    "received": Receipt,
    "judged": Judged,
    "counted": Counted,
    "reread": Reread,
    "year_closed": YearClosed,
    "acknowledged": Acknowledged,
    "quarter_locked": QuarterLocked,
    "reopened": Reopened,
    chain.SEALED: Sealed,
    "cut": Cut,
    "voided": Voided,
}
TYPES: dict[Any, Any] = {"int": int, "str": str, "int | None": int | None, "str | None": str | None}


@dataclass
class Ledger:
    """What counts of all lines, sorted by kind; and in what state the ledger is.

    `stray`: verdicts of which the receipt is lost. `damage`: what nobody has declared void yet. `lines`: by number,
    also those that are void. `taken`: the highest number of a line. `highest`: of a receipt. `known`: every receipt
    that stands here, void or not, with where it was kept. `locks`: the quarters that are definitive now. `reopened`: by
    line, what was reopened ever. `years_closed` is without the years that were reopened since.
    """

    received: dict[int, Receipt] = field(default_factory=dict)
    judged: dict[int, Judged] = field(default_factory=dict)
    cells: dict[int, Counted | Reread] = field(default_factory=dict)
    years_closed: list[YearClosed] = field(default_factory=list)
    acknowledged: dict[str, Acknowledged] = field(default_factory=dict)
    locks: dict[str, QuarterLocked] = field(default_factory=dict)
    reopened: dict[int, Reopened] = field(default_factory=dict)
    stray: dict[int, Judged] = field(default_factory=dict)
    voided: dict[int, Voided] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)
    torn: bytes = b""
    lines: dict[int, tuple[Line, Entry]] = field(default_factory=dict)
    taken: int = 0
    highest: int = 0
    known: dict[int, str] = field(default_factory=dict)
    is_sealed: bool = True

    def add(self, entry: Entry, line: int = 0) -> None:
        match entry:
            case Receipt():
                self.received[entry.receipt] = entry
            case Judged():
                self.judged[entry.receipt] = entry
            case Counted() | Reread():
                self.cells[entry.receipt] = entry
            case YearClosed():
                self.years_closed.append(entry)
            case Acknowledged():
                self.acknowledged[entry.finding_id] = entry
            case QuarterLocked():
                self.locks[entry.quarter] = entry
            case Reopened():
                self.reopened[line] = entry
                self.locks.pop(entry.period, None)
                self.years_closed = [one for one in self.years_closed if str(one.year) != entry.period]
            case Voided():
                self.voided[line] = entry

    @property
    def head(self) -> tuple[int, str] | None:
        """Number and hash of the newest line of the chain; None while there is none."""
        newest = next(reversed(self.lines.values()), None)
        return (newest[0].number, newest[0].hash) if newest and newest[0].hash else None

    def holds(self, number: int, line_hash: str) -> bool:
        """Whether this line stands here, or somebody has said that it is gone."""
        return self.stands(number, line_hash) or any(line_hash in one.heads for one in self.voided.values())

    def stands(self, number: int, line_hash: str) -> bool:
        """Whether this line stands here."""
        there = self.lines.get(number)
        return bool(there and there[0].hash == line_hash)

    def cells_of(self, receipt: int) -> tuple[int, str] | None:
        """How many cells an accepted file holds, and their hash; None where no line says it."""
        judged = self.judged.get(receipt)
        said = self.cells.get(receipt) or judged
        if said is None or said.cells is None or said.cells_sha256 is None:
            return None
        return said.cells, said.cells_sha256


def read(path: Path) -> Ledger:
    """The ledger as far as it is whole; safe while another process appends."""
    found = chain.parse(path.read_bytes() if path.exists() else b"")
    ledger = Ledger(torn=found.torn, taken=found.taken, is_sealed=not found.unsealed)
    damage = list(found.damage)
    for line in found.lines:
        try:
            ledger.lines[line.number] = line, _entry(line.raw)
        except (ValueError, TypeError, KeyError, NotWritable):
            damage.append(Damage(line.number, line.number, line.raw, "niet te lezen, of van een nieuwere versie"))
    _take_in(ledger)
    void = {(one.first, one.bytes_sha256) for one in ledger.voided.values()}
    ledger.damage = [one for one in sorted(damage, key=lambda one: one.first) if (one.first, one.sha256) not in void]
    return ledger


def up_to(ledger: Ledger, line: int) -> Ledger:
    """What the ledger said when that line was its newest."""
    then = Ledger(lines={number: one for number, one in ledger.lines.items() if number <= line})
    _take_in(then)
    return then


def append(path: Path, entries: Iterable[Entry]) -> None:
    """Add lines durably: they are on disk when this returns, or the next opening cuts off the torn end.

    Raises:
        NotWritable: one of them could not be read back; none is written.
    """
    texts = [_text(entry) for entry in entries]
    if not texts:
        return
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        lines = _following(descriptor, path, texts)
        _write_all(descriptor, lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        sync_folder(path.parent)


def seal(path: Path) -> None:
    """Put the lines of before the chain under a seal, when there are any and nobody did."""
    found = chain.parse(path.read_bytes()) if path.exists() else Chain()
    if found.unsealed:
        append(path, [Sealed(**_values(chain.seal(found.unsealed)))])


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


def _take_in(ledger: Ledger) -> None:
    """Sort the lines by kind, without those that are void."""
    voided = [(number, one) for number, (_, one) in ledger.lines.items() if isinstance(one, Voided)]
    void = {(one.first, one.bytes_sha256) for _, one in voided}
    for number, (line, entry) in ledger.lines.items():
        if isinstance(entry, Receipt | Judged):
            ledger.highest = max(ledger.highest, entry.receipt)
        if isinstance(entry, Receipt):
            ledger.known[entry.receipt] = entry.archived_as
        if (number, line.sha256) not in void:
            ledger.add(entry, number)
    alone = {number: ledger.judged.pop(number) for number in ledger.judged.keys() - ledger.received.keys()}
    ledger.stray = {number: judged for number, judged in alone.items() if number not in ledger.known}


def _text(entry: Entry) -> str:
    """An entry as the content of its line, proven to be read back as it is."""
    kind = next(name for name, kind in KINDS.items() if isinstance(entry, kind))
    # ASCII only, so that no reader can stumble over an odd file name or line separator
    text = json.dumps({"kind": kind, **asdict(entry)})
    if _entry(text.encode("ascii")) != entry:
        raise NotWritable(f"Dit kan het register niet bevatten: {text[:200]}")
    return text


def _values(line: bytes | str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(line)
    return {name: value for name, value in values.items() if name not in ("kind", "line", "previous", "hash")}


def _entry(line: bytes) -> Entry:
    """What a line says, proven to be what may be said; halves of characters (lines of before 0.3) are mended."""
    text = line.decode("ascii")
    kind = KINDS[json.loads(text)["kind"]]
    values = _values(text)
    if r"\ud" in text.lower():
        values = {name: readable(value) if isinstance(value, str) else value for name, value in values.items()}
    entry = kind(**values)
    for one in fields(entry):
        value = getattr(entry, one.name)
        if one.name.endswith("_at"):
            datetime.fromisoformat(value)
        if one.type in TYPES and (not isinstance(value, TYPES[one.type]) or isinstance(value, bool)):
            raise NotWritable(f"{one.name} is {value!r}")
    if isinstance(entry, Judged) and entry.status not in STATUSES:
        raise NotWritable(f"status {entry.status} bestaat niet")
    return entry


def _following(descriptor: int, path: Path, texts: list[str]) -> bytes:
    """The bytes that add these lines to what stands there; takes away first what a crash left torn at the end."""
    newest = chain.newest(descriptor)
    if newest:
        return chain.linked(texts, newest.number, newest.hash)
    found = chain.parse(path.read_bytes())
    opening = b"" if found.is_ended else b"\n"
    if found.torn:
        LOG.warning("Het einde van het register was niet heel en is eraf gehaald: %r", found.torn[:MOST_SHOWN])
        shown = found.torn[:MOST_SHOWN].decode("latin-1")
        texts = [_text(Cut(len(found.torn), chain.digest(found.torn), shown)), *texts]
        os.ftruncate(descriptor, os.fstat(descriptor).st_size - len(found.torn))
    if found.unsealed and not texts[0].startswith(f'{{"kind": "{chain.SEALED}"'):
        texts = [chain.seal(found.unsealed), *texts]
    return opening + chain.linked(texts, found.taken, found.last_hash)


def _write_all(descriptor: int, lines: bytes) -> None:
    """One write, unless the disk is filling up; then the rest, or the error."""
    remaining = memoryview(lines)
    while remaining:
        remaining = remaining[os.write(descriptor, remaining) :]
