"""Closing a warning with a reason (CONTRACT § 2): the entry in the ledger, which is the truth about it.

Which findings there are is read from the published file; they are found elsewhere. docs/decisions/0009.
"""

from __future__ import annotations

from datetime import UTC, datetime

from orchestration.home.lock import write_claim
from orchestration.home.paths import Home
from orchestration.home.words import tidied
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Acknowledged
from orchestration.publishing.opening import published_rows_if_known


class NotClosable(Exception):
    """This cannot be closed so; the message says, in Dutch, why and what to do."""


def acknowledge(home: Home, finding_id: str, reason: str, by: str, now: datetime) -> Acknowledged:
    """Write down why a warning is right after all, and by whose word; closing it again replaces the reason.

    Raises:
        NotClosable: no reason or name, an unknown finding, or one that is not a warning. Nothing is written down.
    """
    reason, by = tidied(reason), tidied(by)
    if not reason or not by:
        raise NotClosable('Zeg waarom de waarschuwing klopt en wie dat zegt: --reason "…" --by "…".')
    organisation_id, quarter, rule, message = _warning(home, finding_id.strip().lower())
    moment = now.astimezone(UTC).isoformat()
    entry = Acknowledged(finding_id.strip().lower(), organisation_id, quarter, rule, message, reason, by, moment)
    with write_claim(home, "acknowledge"):
        receipts.append(home.receipts, [entry])
    return entry


def _warning(home: Home, finding_id: str) -> tuple[str, str, str, str]:
    """Organisation, quarter, rule and message of a published finding that may be closed."""
    columns = "organisation_id, period, rule, level, file_status, message"
    found = published_rows_if_known(home, f"select {columns} from marts.findings where finding_id = ?", [finding_id])
    if not found:
        raise NotClosable(
            f"Bevinding {finding_id} is niet bekend. Kijk met `werkmonitor status` welke waarschuwingen open staan; "
            "is de levering net binnengekomen, draai dan eerst `werkmonitor run`."
        )
    organisation_id, quarter, rule, level, file_status, message = found[0].values()
    if level == "info":
        raise NotClosable(f"Bevinding {finding_id} ({rule}) is een mededeling: er is niets af te sluiten.")
    if level != "warning":
        raise NotClosable(
            f"Bevinding {finding_id} ({rule}) is geen waarschuwing en kan niet worden afgesloten. "
            "Een fout verdwijnt met een verbeterde levering; wat wij niet konden beoordelen, proberen wij opnieuw."
        )
    if file_status != "accepted":
        raise NotClosable(
            f"Bevinding {finding_id} ({rule}) hoort bij een levering die is afgekeurd. "
            "Keert zij in de verbeterde levering terug, sluit haar dan daar af."
        )
    return organisation_id, quarter, rule, message
