"""Which delivery of each organisation and quarter counts now: that rule, for Python (CONTRACT § 1).

The newest that was accepted; of a quarter that is definitive, the one that its lock names: what landed afterwards is
deferred until the quarter is reopened (docs/decisions/0014). What is deferred is decided here and nowhere else: landing
tells the warehouse. Reads verdicts that stand in the ledger; passes none.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

from orchestration.ledger.receipts import Ledger, QuarterLocked, Receipt


class InForce:
    """Which delivery of each organisation and quarter counts now, and how many versions it has had.

    `deferred`: the accepted deliveries that a lock keeps from counting, with their organisation and quarter.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.deferred: dict[int, tuple[str, str]] = {}
        self._newest: dict[tuple[str, str], int] = {}
        self._counting: dict[tuple[str, str], int] = {}
        self._versions: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._received = dict(ledger.received)
        self._of_content: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._locked = {quarter: _by_organisation(lock) for quarter, lock in ledger.locks.items()}
        # a verdict counts also while the line of its receipt is damaged
        for number, judged in sorted({**ledger.judged, **ledger.stray}.items()):
            if judged.status == "accepted":
                self._count(number, judged.organisation_id or "", judged.quarter or "", judged.version or 0)

    def add(self, receipt: Receipt, organisation_id: str, quarter: str) -> int:
        """Count an accepted delivery; its version. A file held for a while does not push out a newer one."""
        taken = self._versions[organisation_id, quarter]
        is_newest = receipt.receipt > self._newest.get((organisation_id, quarter), 0)
        version = max(taken, default=0) + 1 if is_newest else next(one for one in count(1) if one not in taken)
        self._received[receipt.receipt] = receipt
        self._count(receipt.receipt, organisation_id, quarter, version)
        return version

    def _count(self, number: int, organisation_id: str, quarter: str, version: int) -> None:
        key = (organisation_id, quarter)
        self._versions[key].add(version)
        self._newest[key] = max(number, self._newest.get(key, 0))
        if number in self._received:
            self._of_content[self._received[number].sha256].append(key)
        if self._is_deferred(number, organisation_id, quarter):
            self.deferred[number] = key
        else:
            self._counting[key] = max(number, self._counting.get(key, 0))

    def _is_deferred(self, number: int, organisation_id: str, quarter: str) -> bool:
        if quarter not in self._locked:
            return False
        named = self._locked[quarter].get(organisation_id)
        if named is None or named["receipt"] is None:
            return True
        received = self._received.get(number)
        # the same file may stand under another number: taken from the archive again after damage
        return bool(number > named["receipt"] and not (received and received.sha256 == named["sha256"]))

    def will_defer(self, sha256: str, organisation_id: str, quarter: str) -> bool:
        """Whether a file that is still to land will wait for its quarter to be reopened."""
        named = self._locked.get(quarter, {}).get(organisation_id)
        return quarter in self._locked and not (named and named["sha256"] == sha256)

    def delivery(self, organisation_id: str | None, quarter: str | None) -> Receipt | None:
        """The delivery that counts for an organisation's quarter."""
        return self._received.get(self._counting.get((organisation_id or "", quarter or ""), 0))

    def same_as(self, receipt: Receipt) -> tuple[str, str] | None:
        """The organisation and quarter of which the newest delivery, deferred or not, has exactly this content."""
        newest = ((key, self._received.get(self._newest[key])) for key in self._of_content.get(receipt.sha256, []))
        return next((key for key, one in newest if one and one.sha256 == receipt.sha256), None)

    def pairs(self) -> set[tuple[str, str]]:
        """Every organisation and quarter of which a delivery counts."""
        return set(self._counting)


def _by_organisation(lock: QuarterLocked) -> dict[str, dict[str, Any]]:
    return {one["organisation_id"]: one for one in lock.deliveries}
