"""The answer to "how do we stand?": who delivered what, what was rejected, what is published.

Reads the ledger, the inbox and the published file, never the private warehouse: it works while a run is going on.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration import lock
from orchestration.home import Home
from orchestration.landing import archive, receipts
from orchestration.landing.receipts import Judged, Receipt
from orchestration.settings import AMSTERDAM

MOST_QUARTERS = 12  # beside each other on a terminal; the older ones are closed


@dataclass
class Standing:
    """All that has been sent for one organisation and quarter."""

    version: int | None = None
    rejected_since: list[tuple[Receipt, Judged]] = field(default_factory=list)

    @property
    def mark(self) -> str:
        accepted = f"v{self.version}" if self.version else ""
        return accepted + ("!" if self.rejected_since else "")


def show(home: Home, console: Console) -> None:
    """Print the whole status, in Dutch."""
    ledger = receipts.read(home.receipts)
    _show_now(home, console, waiting=len(ledger.received) - len(ledger.judged))
    standings = _standings(ledger)
    quarters = sorted({quarter for _, quarter in standings if quarter})[-MOST_QUARTERS:]
    if quarters:
        console.print(_matrix(standings, quarters))
    rejected = [pair for _, standing in sorted(standings.items()) for pair in standing.rejected_since]
    for receipt, judged in rejected:
        show_rejected(receipt, judged, console)
    if home.published.exists():
        console.print(_published_table(home.published))


def show_rejected(receipt: Receipt, judged: Judged, console: Console, most: int = 5) -> None:
    """One rejected file with its first reasons."""
    whose = " ".join(part for part in (judged.organisation_id, judged.quarter) if part) or "onbekende afzender"
    console.print(
        f"[red]Afgekeurd[/red] {whose}: {receipt.file_name}, ontvangen {_local(receipt.landed_at)}", highlight=False
    )
    errors = [finding for finding in judged.findings if finding["level"] == "error"]
    for finding in errors[:most]:
        console.print(f"  {finding['rule']} {finding['location']}: {finding['message']}", markup=False, highlight=False)
    if len(errors) > most:
        console.print(f"  … en nog {len(errors) - most} bevindingen", highlight=False)


def _standings(ledger: receipts.Ledger) -> dict[tuple[str, str], Standing]:
    """Per organisation and quarter ('' where unknown): the version in force, and what was rejected after it."""
    standings: dict[tuple[str, str], Standing] = defaultdict(Standing)
    for number, judged in sorted(ledger.judged.items()):
        standing = standings[judged.organisation_id or "", judged.quarter or ""]
        if judged.status == "accepted":
            standing.version, standing.rejected_since = judged.version, []
        elif judged.status == "rejected":
            standing.rejected_since.append((ledger.received[number], judged))
    return standings


def _show_now(home: Home, console: Console, waiting: int) -> None:
    console.print(f"Home: {home.root}", highlight=False)
    busy = lock.holder(home)
    if busy:
        console.print(f"Bezig: {busy}", highlight=False)
    inbox = len(archive.inbox_files(home)) if home.inbox.exists() else 0
    console.print(f"In de inbox: {inbox} bestand(en). Ontvangen maar nog niet beoordeeld: {waiting}.", highlight=False)
    if not home.published.exists():
        console.print("Er is nog niets gepubliceerd: draai `werkmonitor run`.", highlight=False)
        return
    state = _rows(home.published, "from marts.published_state")[0]
    console.print(
        f"Gepubliceerd: {home.published}, berekend {_local(state['built_at'].replace(tzinfo=UTC))} "
        f"met versie {state['code_version']}, methode {state['method_version']}, "
        f"op {state['deliveries_in_force']} leveringen (nieuwste: {state['newest_delivery'] or 'geen'}).",
        highlight=False,
    )


def _matrix(standings: dict[tuple[str, str], Standing], quarters: list[str]) -> Table:
    table = Table(title="Leveringen per organisatie (versie; ! = daarna iets afgekeurd)", box=None, padding=(0, 1))
    table.add_column("", no_wrap=True)
    for quarter in quarters:
        table.add_column(quarter, justify="center", no_wrap=True)
    for organisation in sorted({organisation for organisation, quarter in standings if quarter}):
        marks = [
            standings[organisation, quarter].mark if (organisation, quarter) in standings else "·"
            for quarter in quarters
        ]
        table.add_row(organisation or "(onbekend)", *marks)
    return table


def _published_table(published: Path) -> Table:
    table = Table(title="Gepubliceerd, per kwartaal", box=None, padding=(0, 1))
    for column in ("kwartaal", "organisaties", "verwacht", "cliënten", "stand"):
        table.add_column(column, justify="left" if column in ("kwartaal", "stand") else "right")
    query = """
        select period, organisations, expected_organisations, clients_active, period_status
        from marts.national_quarterly order by period
    """
    words = {"complete": "compleet", "provisional": "voorlopig"}
    for row in _rows(published, query):
        *values, status = row.values()
        table.add_row(*(str(value) for value in values), words[status])
    return table


def _rows(published: Path, query: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(published), read_only=True) as connection:
        result = connection.execute(query)
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _local(moment: str | datetime) -> str:
    aware = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{aware.astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"
