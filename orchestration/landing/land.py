"""Lands the inbox: from files to `raw.*`, in a straight line.

Receive (archive and receipt) → read → judge → write the verdict down → fill the warehouse. The ledger and the
archive are the only truth; a verdict that is written down is replayed, never passed again, so that an empty
warehouse becomes what it was. What is damaged, missing or read otherwise than it was judged stops the publication, not
the landing. How files are kept, read and judged stands in the modules called here.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb

from orchestration.findings.findings import Finding, finding
from orchestration.home.hashes import sha256_of
from orchestration.home.modes import as_closed_as_the_archive
from orchestration.home.paths import Home
from orchestration.home.reference import completions
from orchestration.home.settings import amsterdam_day
from orchestration.landing import earlier
from orchestration.landing.earlier import AtTheDoor
from orchestration.landing.raw import closed_years, levels, raw_filling, raw_tables, warehouse
from orchestration.landing.raw.raw_filling import Landed
from orchestration.ledger import archive, cells, receipts, soundness
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Counted, Judged, Ledger, Receipt
from orchestration.reading import apart
from orchestration.reading.tidy import ReadFile

if TYPE_CHECKING:
    from orchestration.quality.door.incoming import Judgement

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
    """What a landing did: the files judged now, and how many earlier verdicts were replayed.

    In Dutch: `left`, which files stay in the inbox; `obstacles`, why nothing may be published; `remarks`, what else.
    """

    received: int = 0
    replayed: int = 0
    outcomes: list[FileOutcome] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many files of each status."""
        return dict(Counter(outcome.status for outcome in self.outcomes))


def land(home: Home, now: datetime, only: Collection[str] | None = None) -> LandingReport:
    """Land the inbox and bring `raw.*` up to date with the ledger; on an empty warehouse a rebuild.

    `only`: the fingerprints (archive) of the files to take; all of them when None.
    """
    with as_closed_as_the_archive(home), warehouse.opened(home) as connection:
        return land_into(connection, home, now, only)


def land_into(
    connection: duckdb.DuckDBPyConnection, home: Home, now: datetime, only: Collection[str] | None = None
) -> LandingReport:
    """As `land`, on a connection that the caller opens and closes.

    Raises:
        ArchiveDamaged: what must be read again is not in the archive as it was; what could be landed, was.
    """
    report = LandingReport()
    receipts.seal(home.receipts)
    count_old(connection, home)
    raw_tables.create(connection)
    raw_tables.load_reference_lists(connection, home)
    for completion in completions(home):
        LOG.warning("%s", completion)
    raw_tables.load_report_lists(connection)
    raw_filling.forget_held(connection)
    after = raw_filling.highest(connection)
    report.received = len(archive.receive(home, now, only, after, report.left.append))
    ledger = receipts.read(home.receipts)
    _look_around(connection, home, ledger, report)
    decided, damaged = _Decided(ledger, InForce(ledger)), list[str]()
    for batch in _batches(home, ledger, raw_filling.landed(connection), damaged):
        _land_batch(connection, home, batch, decided, report)
    closed_years.fill(connection, home, ledger)
    raw_filling.mark_deferred(connection, decided.in_force.deferred)
    report.remarks += [_deferred(one) for one in report.outcomes if one.receipt in decided.in_force.deferred]
    raw_filling.fill_acknowledgements(connection, ledger.acknowledged.values())
    if damaged:
        raise archive.ArchiveDamaged("\n".join(dict.fromkeys([*damaged, *report.obstacles])))
    if not report.obstacles:
        raw_filling.remember(connection, receipts.read(home.receipts).head)
    return report


def warehouse_head(connection: duckdb.DuckDBPyConnection) -> list[soundness.Head]:
    """The newest line of the ledger as the warehouse, of whatever edition, remembers it, if it does."""
    found = raw_filling.head(connection)
    return [soundness.Head(*found, "het magazijn")] if found else []


def _look_around(connection: duckdb.DuckDBPyConnection, home: Home, ledger: Ledger, report: LandingReport) -> None:
    """See whether ledger, archive and warehouse are of one piece; when they are, the warehouse follows the ledger."""
    found = [*soundness.problems(home, ledger), *closed_years.problems(home, ledger)]
    for head in warehouse_head(connection):
        found += soundness.beyond(ledger, head)
    if not any(one.stops for one in found):
        found += forgotten(ledger, raw_filling.landed(connection))
    report.obstacles += [one.text for one in found if one.stops]
    report.remarks += [one.text for one in found if not one.stops]
    if not report.obstacles:  # else the warehouse may be all that remembers what was lost
        raw_filling.forget_other(connection, ledger)


def forgotten(ledger: Ledger, landed: Collection[int]) -> list[soundness.Problem]:
    """What the warehouse has landed and the ledger does not know, void or not."""
    unknown = ", ".join(map(str, sorted(set(landed) - ledger.known.keys())))
    lost = soundness.void_command(ledger.taken + 1)
    text = f"Het magazijn kent bestand {unknown}, het register niet. {soundness.BACK}, of neem op wat weg is: {lost}."
    return [soundness.Problem(text)] if unknown else []


def count_old(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Write down what accepted files hold of which the ledger does not say it: by the cells that stand here."""
    ledger = receipts.read(home.receipts)
    old = {number for number, one in ledger.judged.items() if one.status == "accepted" and not ledger.cells_of(number)}
    counted = raw_tables.counted_before(connection) if old else {}
    receipts.append(home.receipts, [Counted(number, *counted[number]) for number in sorted(old & counted.keys())])


def read_anew(home: Home, receipt: Receipt, judged: Judged) -> tuple[tuple[int, str], Judgement]:
    """What an accepted file holds as it is read now, and what the gate says of that; nothing is written down.

    Raises:
        ArchiveDamaged: the archive does not hold it as it was received.
    """
    waiting = _wait(home, receipt, judged)
    with duckdb.connect() as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        return waiting.counted, _judge(connection, [waiting])[receipt.receipt]


@dataclass(eq=False)
class _Waiting:
    """A receipt that is not in the warehouse yet, with its verdict when there is one."""

    receipt: Receipt
    judged: Judged | None
    file: ReadFile
    unread: str = ""  # why it could not be read, where that is not the file's doing

    @cached_property
    def counted(self) -> tuple[int, str]:
        """How many cells the file holds, and their hash."""
        return cells.counted(row[3:] for row in self.file.rows)


@dataclass
class _Decided:
    """The verdicts so far, those of this landing included, and what is in force by them."""

    ledger: Ledger
    in_force: InForce


def _batches(home: Home, ledger: Ledger, landed: set[int], damaged: list[str]) -> Iterator[list[_Waiting]]:
    """The receipts still to be landed, in order of landing, read and cut into batches; `damaged`: what cannot be."""
    batch: list[_Waiting] = []
    rows = 0
    for number, receipt in sorted(ledger.received.items()):
        if number in landed:
            continue
        try:
            batch.append(_wait(home, receipt, ledger.judged.get(number)))
        except archive.ArchiveDamaged as problem:
            damaged.append(str(problem))
            continue
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
    if sha256_of(path) != receipt.sha256:
        raise archive.ArchiveDamaged(f"In het archief is {receipt.archived_as} ({receipt.file_name}) veranderd.")
    try:
        return _Waiting(receipt, judged, apart.read(path, receipt.file_name))
    except apart.Unread as problem:
        if judged:
            raise  # without it the warehouse would not be what it was
        return _Waiting(receipt, judged, ReadFile(), str(problem.strerror))


def _land_batch(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    batch: Sequence[_Waiting],
    decided: _Decided,
    report: LandingReport,
) -> None:
    """Judge what has no verdict, fill the warehouse, and write the verdicts down once it is clear that all fits."""
    new = [waiting for waiting in batch if waiting.judged is None]
    readable = [waiting for waiting in new if not waiting.unread]
    judgements = _judge(connection, readable) if readable else {}
    _hold_against_earlier(home, decided.ledger, readable, judgements)
    for waiting in new:
        judgement = judgements.get(waiting.receipt.receipt)
        waiting.judged = _verdict(waiting.receipt, judgement, decided.in_force) if judgement else _held(waiting)
        if waiting.judged.status == "accepted":
            count, sha256 = waiting.counted
            waiting.judged = replace(waiting.judged, cells=count, cells_sha256=sha256)
        report.outcomes.append(_outcome(waiting.receipt, waiting.judged))
    report.replayed += len(batch) - len(new)
    decided_now = {one.receipt.receipt for one in new}
    # a verdict is written down once and for all, so none of a file that is held
    lines: list[receipts.Entry] = [one.judged for one in new if one.judged and one.judged.status != "held"]
    landed = []
    for one in batch:
        said = _said(decided.ledger, one)
        if said is None:
            report.obstacles.append(_read_otherwise(decided.ledger, one))
        elif one.judged:
            landed.append(Landed(one.receipt, one.judged, one.file.rows, said))
            is_replayed = one.receipt.receipt not in decided_now
            if one.judged.status == "accepted" and is_replayed and not decided.ledger.cells_of(one.receipt.receipt):
                lines.append(Counted(one.receipt.receipt, *one.counted))
    raw_filling.fill(connection, landed, lambda: receipts.append(home.receipts, lines))
    for line in lines:
        decided.ledger.add(line)


def _said(ledger: Ledger, one: _Waiting) -> tuple[int | None, str | None] | None:
    """How many cells of an accepted file count, and their hash; None when it is read otherwise than the ledger says."""
    if one.judged is None or one.judged.status != "accepted":
        return None, None
    said = ledger.cells_of(one.receipt.receipt)
    return one.counted if said in (None, one.counted) else None


def _read_otherwise(ledger: Ledger, one: _Waiting) -> str:
    number, judged = one.receipt.receipt, one.judged
    said, now = ledger.cells_of(number), len(one.file.rows)
    how = f"nu {now} cellen" if said and said[0] != now else "nu met andere inhoud"
    if not one.file.rows:
        how = " ".join(["nu helemaal niet", *(f"({found.message})" for found in one.file.findings[:1])])
    whose = f"{judged and judged.organisation_id} {judged and judged.quarter}"
    return (
        f"{whose} ({one.receipt.file_name}, bestand {number}) is geaccepteerd met {said and said[0]} cellen en wordt "
        f"{how} gelezen. Herstel de software; is het nu juist, neem het dan over: "
        f'`werkmonitor reread {number} --reason "…"`.'
    )


def _judge(connection: duckdb.DuckDBPyConnection, new: Iterable[_Waiting]) -> dict[int, Judgement]:
    from orchestration.quality.door import incoming  # noqa: PLC0415  importing it takes seconds
    from orchestration.quality.door.incoming_frames import Candidate  # noqa: PLC0415

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


def _held(waiting: _Waiting) -> Judged:
    problem = finding("H902", problem=waiting.unread)
    return Judged(waiting.receipt.receipt, "held", None, None, None, [problem.as_dict()])


def _deferred(one: FileOutcome) -> str:
    return (
        f"{one.organisation_id} {one.quarter} v{one.version} ({one.file_name}) is aangehouden: {one.quarter} is "
        f"definitief. Hij telt na `werkmonitor reopen {one.quarter}`."
    )


def _outcome(receipt: Receipt, judged: Judged) -> FileOutcome:
    found = [Finding(**one) for one in judged.findings]
    owner = (judged.organisation_id, judged.quarter)
    return FileOutcome(receipt.receipt, receipt.file_name, *owner, judged.status, judged.version, found)
