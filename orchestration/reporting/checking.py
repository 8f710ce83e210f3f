"""The answer to "is everything still there, as it was?": ledger, archive and published file, and who can get at them.

Never opens the private warehouse: it works while a run is going on. What is wrong is found in the rooms it calls.
"""

from __future__ import annotations

from rich.console import Console

from orchestration.home import lock, modes
from orchestration.home.paths import Home
from orchestration.landing import rebuilding
from orchestration.ledger import receipts, soundness
from orchestration.publishing import memory


def problems(home: Home) -> list[str]:
    """All that is damaged, missing or lost, in Dutch, with what to do."""
    found = rebuilding.look(home, memory.head(home))
    if lock.holder(home):  # somebody is writing: a last line may well be half there
        found = [one for one in found if one.stops]
    ledger = receipts.read(home.receipts)
    opened = [str(one) for one in modes.too_open(home)]
    if not found and (lost := memory.lost(home, ledger)):
        named = ", ".join(" ".join(pair) for pair in lost)
        do = soundness.void_command(ledger.taken + 1)
        opened += [f"Gepubliceerd, en volgens het register niet meer in tel: {named}. Verklaar dat met {do}."]
    return [*(one.text for one in found), *opened]


def show(home: Home, console: Console) -> bool:
    """Print what is wrong; whether nothing is."""
    found = problems(home)
    for text in found:
        console.print(text, markup=False, highlight=False)
    ledger = receipts.read(home.receipts)
    files = len({one.archived_as for one in ledger.received.values()})
    state = "Alles is er, zoals het was" if not found else f"{len(found)} gebreken"
    console.print(f"{state}: {ledger.taken} regels in het register, {files} bestanden in het archief.", highlight=False)
    return not found
