"""The history of one organisation's quarter, in Dutch: what was sent, what became of it, what changed, what was closed.

Reads the ledger and the archive, never the private warehouse: it works while a run is going on.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from orchestration.findings.dutch import meant
from orchestration.home.escaping import shown
from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.ledger import receipts, versions
from orchestration.ledger.receipts import Acknowledged
from orchestration.ledger.versions import Cell, Change, Sent
from orchestration.reporting.status import local_time

MOST_FINDINGS = 10
VERDICTS = {"accepted": "geaccepteerd", "rejected": "afgekeurd", "unchanged": "ongewijzigd"}


class UnknownOrganisation(Exception):
    """No such organisation is on the list, and nothing was received of it; the message (Dutch) says who was meant."""


def show(home: Home, organisation_id: str, quarter: str, console: Console) -> None:
    """Print the versions of a quarter, oldest first."""
    ledger = receipts.read(home.receipts)
    sent = versions.sent(home, ledger, organisation_id, quarter)
    names = _Names(home)
    if not sent and not names.knows(organisation_id):
        raise UnknownOrganisation(f"Er is geen organisatie {organisation_id}.{names.meant(organisation_id)}")
    title = f"{organisation_id} ({names.of_organisation(organisation_id)}), {quarter}"
    console.print(title, markup=False, highlight=False)
    key = (organisation_id, quarter)
    closed = [one for one in ledger.acknowledged.values() if (one.organisation_id, one.quarter) == key]
    for line in (*_lines(sent, names), *_closed_lines(closed)):
        console.print("\n".join(map(shown, line.split("\n"))), markup=False, highlight=False)
    if waiting := len(ledger.received) - len(ledger.judged):
        text = f"\nNog niet beoordeeld: {waiting} ontvangen bestand(en); van wie die zijn, is nog niet bekend."
        console.print(text, highlight=False)


class _Names:
    """What codes are called in Dutch, by the reference lists in force."""

    def __init__(self, home: Home) -> None:
        self._organisations = _names(home, "organisations", ("organisation_id",), "name")
        self._regions = _names(home, "regions", ("region_code",), "region_name")
        self._trajectories = _names(home, "trajectories", ("trajectory",), "name_nl")
        cell = ("trajectory", "measure", "breakdown", "category")
        self._labels = _names(home, "data_dictionary", cell, "label_nl")

    def knows(self, organisation_id: str) -> bool:
        return (organisation_id,) in self._organisations

    def meant(self, organisation_id: str) -> str:
        return meant(organisation_id, [known for (known,) in self._organisations])

    def of_organisation(self, organisation_id: str) -> str:
        return self._organisations.get((organisation_id,), "niet op de deelnemerslijst")

    def of(self, cell: Cell) -> str:
        region, trajectory, measure, breakdown, category = cell
        name = self._trajectories.get((trajectory,), trajectory)
        if measure == "declaration":
            return f"verklaring {category} {name}".strip()
        label = self._labels.get((trajectory, measure, breakdown, category), f"{measure} {breakdown} {category}")
        return f"{self._regions.get((region,), region)}, {name}: {label}"


def _names(home: Home, listed: str, key: tuple[str, ...], name: str) -> dict[tuple[str, ...], str]:
    return {tuple(line[part] for part in key): line[name] for line in reference_list(home, listed)}


def _lines(sent: list[Sent], names: _Names) -> Iterator[str]:
    if not sent:
        yield "Er is niets ontvangen."
    for one in sent:
        yield ""
        yield _heading(one)
        for found in one.judged.findings[:MOST_FINDINGS]:
            yield f"  {found['rule']} {found['location']}: {found['message']}"
        if (more := len(one.judged.findings) - MOST_FINDINGS) > 0:
            yield f"  … en nog {more} bevindingen"
        yield from _change_lines(one, names)


def _heading(one: Sent) -> str:
    version = f"versie {one.judged.version}, " if one.judged.version else ""
    verdict = "ingetrokken" if one.is_withdrawn else VERDICTS[one.judged.status]
    in_force = " (geldt nu)" if one.is_in_force else ""
    if one.is_deferred:
        in_force = f" (aangehouden: {one.judged.quarter} is definitief)"
    landed = local_time(one.receipt.landed_at)
    name, number = shown(one.receipt.file_name), one.receipt.receipt
    return f"{version}{verdict}{in_force}: {name}, ontvangen {landed}, bestand {number}"


def _change_lines(one: Sent, names: _Names) -> Iterator[str]:
    if one.judged.status != "accepted":
        return
    if one.is_first:
        yield f"  eerste versie: {one.cells} cellen"
    elif one.is_withdrawn:
        yield f"  {sum(change.after is None for change in one.changes)} cellen vervallen"
    else:
        cells = "1 cel" if len(one.changes) == 1 else f"{len(one.changes)} cellen"
        yield f"  {cells} veranderd sinds de versie ervoor"
        yield from (f"    {names.of(change.cell)}: {_change(change)}" for change in one.changes)


def _change(change: Change) -> str:
    if change.before is None:
        return f"toegevoegd, {change.after}" if change.after else "toegevoegd"
    if change.after is None:
        return f"vervallen, was {change.before}" if change.before else "vervallen"
    return f"{change.before} → {change.after}"


def _closed_lines(closed: list[Acknowledged]) -> Iterator[str]:
    if closed:
        yield "\nAfgesloten waarschuwingen:"
    for one in closed:
        yield f"  {one.finding_id} {one.rule}: {one.message}"
        yield f"    {one.reason} ({one.acknowledged_by}, {local_time(one.acknowledged_at)})"
