"""Lands the inbox: from files to `raw.*`, in a straight line.

Receive (archive and receipt) → read → judge → write the verdict down → fill the warehouse. The ledger and the
archive are the only truth; a verdict that is written down is replayed, never passed again, so that an empty
warehouse becomes what it was. How files are kept, read and judged stands in the modules called here.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.findings.findings import Finding, finding
from orchestration.home.paths import Home
from orchestration.home.reference import completions
from orchestration.home.settings import amsterdam_day
from orchestration.landing import earlier, levels, raw_filling, raw_tables
from orchestration.landing.earlier import AtTheDoor
from orchestration.landing.raw_filling import Landed
from orchestration.ledger import archive, receipts
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Judged, Ledger, Receipt
from orchestration.reading import reading
from orchestration.reading.tidy import ReadFile

if TYPE_CHECKING:
    from orchestration.quality.incoming import Judgement

LOG = logging.getLogger(__name__)
MOST_FILES = 1_000  # per batch, so that memory does not grow with the number of files
MOST_ROWS = 300_000


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file: accepted, rejected, unchanged or held."""

    receipt: int
    file_name: str
    organisation_id: str | None
    quarter: str | None
    status: str
    version: int | None
    findings: list[Finding]


@dataclass
class LandingReport:
    """What a landing did: the files judged now, and how many earlier verdicts were replayed."""

    received: int = 0
    replayed: int = 0
    outcomes: list[FileOutcome] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many files of each status."""
        return dict(Counter(outcome.status for outcome in self.outcomes))


def land(home: Home, now: datetime, only: Collection[str] | None = None) -> LandingReport:
    """Land the inbox and bring `raw.*` up to date with the ledger; on an empty warehouse a rebuild.

    `only`: the fingerprints (archive) of the files to take; all of them when None.
    """
    with closing(duckdb.connect(str(home.warehouse))) as connection:
        return land_into(connection, home, now, only)


def land_into(
    connection: duckdb.DuckDBPyConnection, home: Home, now: datetime, only: Collection[str] | None = None
) -> LandingReport:
    """As `land`, on a connection that the caller opens and closes."""
    raw_tables.create(connection)
    raw_tables.load_reference_lists(connection, home)
    for completion in completions(home):
        LOG.warning("%s", completion)
    raw_tables.load_report_lists(connection)
    raw_filling.forget_held(connection)
    report = LandingReport(received=len(archive.receive(home, now, only)))
    ledger = receipts.read(home.receipts)
    decided = _Decided(ledger, InForce(ledger))
    for batch in _batches(home, ledger, raw_filling.landed(connection)):
        _land_batch(connection, home, batch, decided, report)
    raw_filling.fill_year_closings(connection, ledger.years_closed)
    raw_filling.fill_acknowledgements(connection, ledger.acknowledged.values())
    return report


@dataclass
class _Waiting:
    """A receipt that is not in the warehouse yet, with its verdict when there is one."""

    receipt: Receipt
    judged: Judged | None
    file: ReadFile


@dataclass
class _Decided:
    """The verdicts so far, those of this landing included, and what is in force by them."""

    ledger: Ledger
    in_force: InForce


def _batches(home: Home, ledger: Ledger, landed: set[int]) -> Iterator[list[_Waiting]]:
    """The receipts still to be landed, in order of landing, read and cut into batches."""
    batch: list[_Waiting] = []
    rows = 0
    for number, receipt in sorted(ledger.received.items()):
        if number in landed:
            continue
        batch.append(_wait(home, receipt, ledger.judged.get(number)))
        rows += len(batch[-1].file.rows)
        if len(batch) >= MOST_FILES or rows >= MOST_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _wait(home: Home, receipt: Receipt, judged: Judged | None) -> _Waiting:
    path = home.archive / receipt.archived_as
    if judged and judged.status != "accepted":
        return _Waiting(receipt, judged, ReadFile())
    if not path.exists():
        raise archive.ArchiveDamaged(f"In het archief ontbreekt {receipt.archived_as} ({receipt.file_name}).")
    if judged and _sha256(path) != receipt.sha256:
        raise archive.ArchiveDamaged(f"In het archief is {receipt.archived_as} ({receipt.file_name}) veranderd.")
    return _Waiting(receipt, judged, reading.read(path, receipt.file_name))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _land_batch(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    batch: Sequence[_Waiting],
    decided: _Decided,
    report: LandingReport,
) -> None:
    """Judge what has no verdict, write the verdicts down, and only then fill the warehouse."""
    new = [waiting for waiting in batch if waiting.judged is None]
    judgements = _judge(connection, new) if new else {}
    _hold_against_earlier(home, decided.ledger, new, judgements)
    for waiting in new:
        judgement = judgements[waiting.receipt.receipt]
        waiting.judged = _verdict(waiting.receipt, judgement, decided.in_force)
        report.outcomes.append(_outcome(waiting.receipt, waiting.judged))
    report.replayed += len(batch) - len(new)
    # a verdict is written down once and for all, so none of a file that is held
    verdicts = [one.judged for one in new if one.judged and one.judged.status != "held"]
    receipts.append(home.receipts, verdicts)
    for verdict in verdicts:
        decided.ledger.add(verdict)
    raw_filling.fill(connection, [Landed(one.receipt, one.judged, one.file.rows) for one in batch if one.judged])


def _judge(connection: duckdb.DuckDBPyConnection, new: Iterable[_Waiting]) -> dict[int, Judgement]:
    from orchestration.quality import incoming  # noqa: PLC0415  importing it takes seconds
    from orchestration.quality.incoming_frames import Candidate  # noqa: PLC0415

    candidates = [
        Candidate(
            one.receipt.receipt,
            amsterdam_day(datetime.fromisoformat(one.receipt.landed_at)),
            one.file,
            archive.sender(one.receipt.file_name),
        )
        for one in new
    ]
    return incoming.judge(connection, candidates)


def _hold_against_earlier(
    home: Home, ledger: Ledger, new: Sequence[_Waiting], judgements: Mapping[int, Judgement]
) -> None:
    """Refuse what a rule across quarters refuses in this home: none of them does, unless its own levels say so."""
    refusing = levels.refusing(home)
    if not refusing or not new:
        return
    at_the_door = [
        AtTheDoor(one.receipt.receipt, judged.organisation_id or "", judged.quarter or "", one.file.rows)
        for one in new
        if (judged := judgements[one.receipt.receipt]).status == "accepted"
    ]
    landed_at = datetime.fromisoformat(new[0].receipt.landed_at)
    for number, found in earlier.compare(home, ledger, at_the_door, landed_at).items():
        # what only warns is said after the build, as long as it holds
        judgements[number].findings += [one for one in found.findings if one.level == "error"]
        judgements[number].held_by += ["across_quarters"] if found.remarks else []


def _verdict(receipt: Receipt, judgement: Judgement, in_force: InForce) -> Judged:
    """What a judgement makes of a file, in the light of what is in force already."""
    number = receipt.receipt
    sender = archive.sender(receipt.file_name)
    same = in_force.same_as(receipt)
    if same and sender in ("", same[0]):
        return Judged(number, "unchanged", *same, None, [finding("I801", quarter=same[1]).as_dict()])
    owner, quarter = judgement.organisation_id, judgement.quarter
    if judgement.status == "held":
        crashes = [finding("H901", check=check).as_dict() for check in judgement.held_by]
        return Judged(number, "held", owner, quarter, None, crashes)
    version = None
    if judgement.status == "accepted":
        version = in_force.add(receipt, owner or "", quarter or "")
    found = [one.as_dict() for one in judgement.findings]
    return Judged(number, judgement.status, owner, quarter, version, found)


def _outcome(receipt: Receipt, judged: Judged) -> FileOutcome:
    found = [Finding(**one) for one in judged.findings]
    owner = (judged.organisation_id, judged.quarter)
    return FileOutcome(receipt.receipt, receipt.file_name, *owner, judged.status, judged.version, found)
