"""Ending the lock of a definitive quarter, or the closing of a year, with a reason (CONTRACT § 4).

What was released stays as it is; which deliveries count from then on, the ledger's own rule says.
"""

from __future__ import annotations

from datetime import UTC, datetime

from orchestration.home.lock import write_claim
from orchestration.home.paths import Home
from orchestration.home.words import tidied
from orchestration.ledger import receipts
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Reopened


class NotReopened(Exception):
    """This cannot be reopened; the message says, in Dutch, why and what to do."""


def reopen(home: Home, period: str, reason: str, by: str, now: datetime) -> list[str]:
    """Write down that a quarter or a year is open again; the deliveries that were deferred and count from now on.

    Raises:
        NotReopened: no reason or name, or the period is not locked or closed. Nothing is written down.
    """
    reason, by = tidied(reason), tidied(by)
    if not reason or not by:
        raise NotReopened('Zeg waarom de periode weer opengaat en wie dat zegt: --reason "…" --by "…".')
    with write_claim(home, "reopen"):
        ledger = receipts.read(home.receipts)
        closed = {str(one.year) for one in ledger.years_closed}
        if period not in ledger.locks and period not in closed:
            known = ", ".join(sorted([*ledger.locks, *closed])) or "niets"
            raise NotReopened(f"{period} is niet definitief of afgesloten; dat is nu: {known}.")
        waiting = [key[0] for _, key in sorted(InForce(ledger).deferred.items()) if key[1] == period]
        receipts.append(home.receipts, [Reopened(period, reason, by, now.astimezone(UTC).isoformat())])
    return list(dict.fromkeys(waiting))
