"""Deciding that an accepted file holds what the reader makes of it now (CONTRACT § 3), with a reason.

A verdict is replayed, never passed anew: only a person may let another reading of the same file count.
"""

from __future__ import annotations

from datetime import UTC, datetime

from orchestration.home.lock import write_claim
from orchestration.home.paths import Home
from orchestration.home.words import tidied
from orchestration.landing import land
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Reread

MOST_FINDINGS = 5


class NotReread(Exception):
    """This file cannot be taken as it is read now; the message says, in Dutch, why and what to do."""


def reread(home: Home, number: int, reason: str, by: str, now: datetime) -> Reread:
    """Write down what an accepted file holds as it is read now, and why that is right.

    Raises:
        NotReread: no reason, no accepted file of that number, nothing to take over, or the gate would reject it now.
        ArchiveDamaged: the archive does not hold the file as it was received.
    """
    reason, by = tidied(reason), tidied(by)
    if not reason:
        raise NotReread('Zeg waarom het bestand nu goed wordt gelezen: --reason "…".')
    with write_claim(home, "reread"):
        ledger = receipts.read(home.receipts)
        receipt, judged = ledger.received.get(number), ledger.judged.get(number)
        if receipt is None or judged is None or judged.status != "accepted":
            raise NotReread(f"Bestand {number} is geen geaccepteerde levering; `werkmonitor history` noemt de nummers.")
        counted, judgement = land.read_anew(home, receipt, judged)
        if counted == ledger.cells_of(number):
            raise NotReread(f"Bestand {number} wordt gelezen zoals het is geaccepteerd: er is niets over te nemen.")
        now_of = (judgement.organisation_id, judgement.quarter)
        if judgement.status != "accepted" or now_of != (judged.organisation_id, judged.quarter):
            found = [f"  {one.rule} {one.location}: {one.message}" for one in judgement.findings[:MOST_FINDINGS]]
            why = f"Bestand {number} zou nu niet worden geaccepteerd. Herstel de software."
            raise NotReread("\n".join([why, *found]))
        entry = Reread(number, *counted, reason, by, now.astimezone(UTC).isoformat())
        receipts.append(home.receipts, [entry])
    return entry
