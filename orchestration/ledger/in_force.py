"""Which delivery of each organisation and quarter counts now: that rule, for Python (CONTRACT § 1).

Reads verdicts that stand in the ledger; passes none.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import count

from orchestration.ledger.receipts import Ledger, Receipt


class InForce:
    """Which delivery of each organisation and quarter counts now, and how many versions it has had."""

    def __init__(self, ledger: Ledger) -> None:
        self._newest: dict[tuple[str, str], int] = {}
        self._versions: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._received = dict(ledger.received)
        self._of_content: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
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

    def delivery(self, organisation_id: str | None, quarter: str | None) -> Receipt | None:
        """The delivery that counts for an organisation's quarter."""
        return self._received.get(self._newest.get((organisation_id or "", quarter or ""), 0))

    def same_as(self, receipt: Receipt) -> tuple[str, str] | None:
        """The organisation and quarter of which exactly this content is in force already."""
        keys = self._of_content.get(receipt.sha256, [])
        return next((key for key in keys if (one := self.delivery(*key)) and one.sha256 == receipt.sha256), None)

    def pairs(self) -> set[tuple[str, str]]:
        """Every organisation and quarter of which a delivery counts."""
        return set(self._newest)
