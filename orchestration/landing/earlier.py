"""Puts deliveries at the door beside what their organisations sent before, and has them judged across quarters.

From ledger and archive, into tables in memory that look like the warehouse's: it works while a run holds that, and what
the warehouse will say after the build is said before it. What is compared, and how, stands in the dbt models.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

import duckdb

from orchestration.findings.findings import Finding
from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.landing.raw import closed_years, raw_filling, raw_tables, run_context
from orchestration.landing.raw.raw_filling import Landed
from orchestration.ledger.archive import ArchiveDamaged
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Judged, Ledger, Receipt
from orchestration.reading import apart
from orchestration.reading.tidy import Row

LOOKED_AROUND = 4  # quarters, before and after: as far as the method looks for a delivery


@dataclass(frozen=True)
class AtTheDoor:
    """A delivery that the first door accepts; `number` is the caller's."""

    number: int
    organisation_id: str
    quarter: str
    rows: Sequence[Row]


@dataclass
class Compared:
    """What is found on a delivery, the quarters that it was held against, and in Dutch what could not be looked at."""

    findings: list[Finding] = field(default_factory=list)
    quarters: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """By a rule that the home has made an error."""
        return any(one.level == "error" for one in self.findings)


class _Sent(NamedTuple):
    """A delivery that counts as sent before: accepted in the ledger, or at the door before this one."""

    quarter: str
    landed: Landed


class _Known(NamedTuple):
    """What was sent, by organisation; whom successors took over, with their last quarters; the quarters there are."""

    sent: dict[str, list[_Sent]]
    taken_over: dict[str, list[tuple[str, str]]]
    listed: list[str]

    def around(self, receipt: int, one: AtTheDoor) -> list[_Sent]:
        """What the organisation sent of this quarter and those around it; the delivery itself is the last."""
        return _around(self._before(receipt, one.organisation_id), one.quarter, self.listed)

    def ended(self, receipt: int, one: AtTheDoor) -> list[_Sent]:
        """The last quarters of whom it took over."""
        found = []
        for organisation, last in self.taken_over.get(one.organisation_id, []):
            of_it = [other for other in self._before(receipt, organisation) if other.quarter == last]
            found += of_it[-1:] if last < one.quarter else []
        return found

    def _before(self, receipt: int, organisation: str) -> list[_Sent]:
        return [other for other in self.sent[organisation] if other.landed.receipt.receipt <= receipt]


def compare(home: Home, ledger: Ledger, deliveries: Sequence[AtTheDoor], now: datetime) -> dict[int, Compared]:
    """Judge deliveries, in their order, each against those before it; by the caller's number."""
    listed = sorted(line["quarter"] for line in reference_list(home, "quarters"))
    following = max(ledger.received, default=0) + 1
    taken_over = _taken_over(home)
    concerned = {one.organisation_id for one in deliveries}
    concerned |= {ended for one in concerned for ended, _ in taken_over.get(one, [])}
    sent = {one: list(_accepted(ledger, one)) for one in concerned}
    for number, one in enumerate(deliveries, following):
        sent[one.organisation_id].append(_Sent(one.quarter, _landed(number, one, now)))
    compared: dict[int, Compared] = {}
    with closing(duckdb.connect()) as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        run_context.write_into(connection, now)
        closed_years.fill_closings(connection, ledger)
        for wave in _waves(list(enumerate(deliveries, following))):
            found = _compare(connection, home, wave, _Known(sent, taken_over, listed))
            for receipt, one in wave:
                if found[one.number].is_refused:
                    before = sent[one.organisation_id]
                    sent[one.organisation_id] = [other for other in before if other.landed.receipt.receipt != receipt]
            compared |= found
    return compared


def _compare(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    wave: Sequence[tuple[int, AtTheDoor]],
    known: _Known,
) -> dict[int, Compared]:
    """The deliveries of a wave, of which no two are of one organisation."""
    from orchestration.quality import across_quarters  # noqa: PLC0415  importing it takes seconds

    raw_filling.empty(connection)
    compared = {receipt: Compared() for receipt, _ in wave}
    filled: set[int] = set()
    for receipt, one in wave:
        around = known.around(receipt, one)
        missing = [other.landed for other in (*known.ended(receipt, one), *around)]
        missing = [landed for landed in missing if landed.receipt.receipt not in filled]
        try:
            raw_filling.fill(connection, [_read(home, landed) for landed in missing])
            filled |= {landed.receipt.receipt for landed in missing}
        except (ArchiveDamaged, apart.Unread) as problem:
            raw_filling.fill(connection, [other.landed for other in around if other.landed.receipt.receipt == receipt])
            compared[receipt].remarks.append(str(problem))
            continue
        compared[receipt].quarters = sorted({other.quarter for other in around[:-1]})
    found = across_quarters.judge_at_the_door(connection, list(compared))
    for receipt, outcome in compared.items():
        outcome.findings += found.findings.get(receipt, [])
        outcome.remarks += found.remarks
    return {delivery.number: compared[receipt] for receipt, delivery in wave}


def _waves(deliveries: list[tuple[int, AtTheDoor]]) -> Iterator[list[tuple[int, AtTheDoor]]]:
    """The deliveries in their order, cut so that each part has one of an organisation: they are judged in one go."""
    while deliveries:
        first: dict[str, tuple[int, AtTheDoor]] = {}
        for one in deliveries:
            first.setdefault(one[1].organisation_id, one)
        wave = list(first.values())
        yield wave
        taken = {receipt for receipt, _ in wave}
        deliveries = [one for one in deliveries if one[0] not in taken]


def _taken_over(home: Home) -> dict[str, list[tuple[str, str]]]:
    """Whom each successor took over, with their last quarters (METHOD, Take-over)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in reference_list(home, "organisations"):
        if line["taken_over_by"] and line["active_to"]:
            found.setdefault(line["taken_over_by"], []).append((line["organisation_id"], line["active_to"]))
    return found


def _accepted(ledger: Ledger, organisation_id: str) -> Iterator[_Sent]:
    """What an organisation sent and was accepted, in order of landing; not what waits for a quarter to be reopened."""
    deferred = InForce(ledger).deferred
    for number, judged in sorted(ledger.judged.items()):
        if judged.status == "accepted" and judged.organisation_id == organisation_id and number not in deferred:
            yield _Sent(judged.quarter or "", Landed(ledger.received[number], judged, []))


def _landed(number: int, one: AtTheDoor, now: datetime) -> Landed:
    receipt = Receipt(number, "", "", "", 0, 0, 0, 0, now.astimezone(UTC).isoformat())
    return Landed(receipt, Judged(number, "accepted", one.organisation_id, one.quarter, number, []), one.rows)


def _around(sent: Sequence[_Sent], quarter: str, listed: list[str]) -> list[_Sent]:
    """Every version of the quarter itself, the newest of the quarters around it, and the newest delivery before."""
    now = listed.index(quarter)
    near = listed[max(0, now - LOOKED_AROUND) : now + LOOKED_AROUND + 1]
    newest = {one.quarter: one for one in sent}
    before = [one for one in newest if one < near[0]]
    chosen = [newest[one] for one in (*near, *([max(before)] if before else [])) if one in newest and one != quarter]
    return [*chosen, *(one for one in sent if one.quarter == quarter)]


def _read(home: Home, landed: Landed) -> Landed:
    """The delivery with its rows."""
    receipt = landed.receipt
    if landed.rows or not receipt.archived_as:
        return landed
    path = home.archive / receipt.archived_as
    if not path.exists():
        raise ArchiveDamaged(f"In het archief ontbreekt {receipt.archived_as} ({receipt.file_name}).")
    return replace(landed, rows=apart.read(path, receipt.file_name).rows)
