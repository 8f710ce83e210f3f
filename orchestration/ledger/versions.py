"""The versions of one organisation's quarter, and what changed from one to the next, cell by cell.

Reads the ledger and the archive only, so it works while a run holds the warehouse. Nothing is judged here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.home.paths import Home
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Judged, Ledger, Receipt
from orchestration.reading import apart

Cell = tuple[str, str, str, str, str]
"""Region, trajectory, measure, breakdown and category."""


@dataclass(frozen=True)
class Change:
    """One cell that is not what it was; None where it was not there, or is no longer."""

    cell: Cell
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Sent:
    """One file that was received for the quarter, with its verdict; `changes` since the accepted one before it.

    `is_deferred`: accepted, and not to count before the quarter, which is definitive, is reopened.
    """

    receipt: Receipt
    judged: Judged
    is_in_force: bool = False
    is_deferred: bool = False
    is_first: bool = False
    is_withdrawn: bool = False
    cells: int = 0
    changes: list[Change] = field(default_factory=list)


def sent(home: Home, ledger: Ledger, organisation_id: str, quarter: str) -> list[Sent]:
    """Everything that was received for an organisation's quarter and judged, in order of landing."""
    key = (organisation_id, quarter)
    judged = [one for _, one in sorted(ledger.judged.items()) if (one.organisation_id, one.quarter) == key]
    in_force = InForce(ledger)
    counts = in_force.delivery(organisation_id, quarter)
    found: list[Sent] = []
    before: dict[Cell, str] | None = None
    for one in judged:
        receipt = ledger.received[one.receipt]
        if one.status != "accepted":
            found.append(Sent(receipt, one))
            continue
        now = _cells(home, receipt)
        found.append(
            Sent(
                receipt,
                one,
                is_in_force=receipt == counts,
                is_deferred=one.receipt in in_force.deferred,
                is_first=before is None,
                is_withdrawn=any((cell[2], cell[4]) == ("declaration", "withdrawn") for cell in now),
                cells=len(now),
                changes=_changes(before or now, now),
            )
        )
        before = now
    return found


def _cells(home: Home, receipt: Receipt) -> dict[Cell, str]:
    file = apart.read(home.archive / receipt.archived_as, receipt.file_name)
    return {
        (row.region_code, row.trajectory, row.measure, row.breakdown, row.category): _number(row.clients)
        for row in file.rows
    }


def _number(text: str) -> str:
    """The number without what does not change it; a declaration has none."""
    return str(int(text)) if text.isdecimal() else text


def _changes(before: dict[Cell, str], now: dict[Cell, str]) -> list[Change]:
    """In the order of the newer file; what it no longer holds comes last."""
    changed = [Change(cell, before.get(cell), number) for cell, number in now.items() if before.get(cell) != number]
    return changed + [Change(cell, number, None) for cell, number in before.items() if cell not in now]
