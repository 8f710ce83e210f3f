"""Which files have findings, and all that is known of these.

What was decided stands in the ledger, and so does what was found; the published mart `findings` adds what only other
quarters show, the name of each finding and who closed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from orchestration.feedback.remarks import Missing, Remark, Told
from orchestration.findings.findings import ABOUT, places
from orchestration.home.paths import Home
from orchestration.ledger import receipts
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Judged, Ledger
from orchestration.publishing.opening import published_rows

MISSING_CELL = "E502"
PUBLISHED = """
    select receipt, rule, level, location, found, expected, message, finding_id, reason, acknowledged_by
    from marts.findings where level in ('error', 'warning', 'info')
    order by rule, length(location), location, finding_id
"""


def collect(home: Home) -> Iterator[Told]:
    """The deliveries in force and the last that was refused after each, in order of landing."""
    ledger = receipts.read(home.receipts)
    in_force = InForce(ledger)
    published = _published(home)
    for judged in _counting(ledger, in_force):
        received = ledger.received[judged.receipt]
        standing = in_force.delivery(judged.organisation_id, judged.quarter)
        yield Told(
            receipt=judged.receipt,
            status=judged.status,
            organisation_id=judged.organisation_id,
            quarter=judged.quarter,
            file_name=received.file_name,
            landed_at=datetime.fromisoformat(received.landed_at),
            archived_as=received.archived_as,
            remarks=published.get(judged.receipt) or [_remark(found) for found in judged.findings],
            standing=datetime.fromisoformat(standing.landed_at) if standing else None,
            missing=dict(_missing_cells(judged)),
            is_deferred=judged.receipt in in_force.deferred,
        )


def _missing_cells(judged: Judged) -> Iterator[tuple[str, Missing]]:
    """What was found of cells that are not there, by what is said of them."""
    for found in judged.findings:
        if found["rule"] == MISSING_CELL and found.get("category"):
            about = {part: found.get(part, "") for part in ABOUT}
            yield found["message"], Missing(**about, places=places(found["location"]))


def _counting(ledger: Ledger, in_force: InForce) -> list[Judged]:
    """The verdicts that nothing has followed; where nobody knows whose a file is, nothing ever does.

    A delivery that was deferred follows what was refused before it, and not the one that counts.
    """
    last_refused: dict[object, Judged] = {}
    deferred: dict[object, Judged] = {}
    accepted = []
    for number, judged in sorted(ledger.judged.items()):
        owner, quarter = judged.organisation_id, judged.quarter
        standing = in_force.delivery(owner, quarter)
        if judged.status == "accepted" and standing and standing.receipt == number:
            accepted.append(judged)
        elif number in in_force.deferred:
            deferred[owner, quarter] = judged
            last_refused.pop((owner, quarter), None)
        elif judged.status == "rejected" and (standing is None or standing.receipt < number):
            last_refused[(owner, quarter) if owner and quarter else number] = judged
    return sorted([*accepted, *deferred.values(), *last_refused.values()], key=lambda one: one.receipt)


def _published(home: Home) -> dict[int, list[Remark]]:
    """The published findings by file."""
    remarks: dict[int, list[Remark]] = defaultdict(list)
    for row in published_rows(home, PUBLISHED):
        receipt, *words = row.values()
        remarks[receipt].append(Remark(*words))
    return remarks


def _remark(found: dict[str, str]) -> Remark:
    names = ("rule", "level", "location", "found", "expected", "message")
    return Remark(**{name: found.get(name, "") for name in names})
