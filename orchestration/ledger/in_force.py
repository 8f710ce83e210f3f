"""Which delivery of each organisation and quarter counts now: that rule, for Python (CONTRACT § 1).

Reads verdicts that stand in the ledger; passes none.
"""

from __future__ import annotations

from collections import Counter

from orchestration.ledger.receipts import Ledger, Receipt


class InForce:
    """Which delivery of each organisation and quarter counts now, and how many versions it has had."""

    def __init__(self, ledger: Ledger) -> None:
        self._newest: dict[tuple[str, str], Receipt] = {}
        self._versions: Counter[tuple[str, str]] = Counter()
        for number, judged in sorted(ledger.judged.items()):
            if judged.status == "accepted":
                self.add(ledger.received[number], judged.organisation_id or "", judged.quarter or "")

    def add(self, receipt: Receipt, organisation_id: str, quarter: str) -> int:
        """Count an accepted delivery; its version. A file held for a while does not push out a newer one."""
        key = (organisation_id, quarter)
        self._versions[key] += 1
        newest = self._newest.get(key)
        if newest is None or newest.receipt < receipt.receipt:
            self._newest[key] = receipt
        return self._versions[key]

    def delivery(self, organisation_id: str | None, quarter: str | None) -> Receipt | None:
        """The delivery that counts for an organisation's quarter."""
        return self._newest.get((organisation_id or "", quarter or ""))

    def same_as(self, receipt: Receipt) -> tuple[str, str] | None:
        """The organisation and quarter of which exactly this content is in force already."""
        equal = (key for key, newest in self._newest.items() if newest.sha256 == receipt.sha256)
        return next(equal, None)
