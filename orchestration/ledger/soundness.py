"""Whether ledger and archive are what was written: what is damaged or missing, in Dutch, and what to do about it.

What stops a publication is told apart from what is only said. Nothing is repaired here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.ledger import archive
from orchestration.ledger.receipts import Ledger, Receipt

BACK = "Zet archive/receipts.jsonl terug uit de back-up"
MOST_NAMED = 20


@dataclass(frozen=True)
class Problem:
    """What is wrong and what to do, in Dutch; `stops`: nothing may be published until it is settled."""

    text: str
    stops: bool = True

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Head:
    """The newest line of the ledger as somebody else remembers it; `who`: in Dutch, who does."""

    line: int
    hash: str
    who: str


def void_command(line: int) -> str:
    return f'`werkmonitor void {line} --reason "…" --by NAAM`'


def problems(home: Home, ledger: Ledger) -> list[Problem]:
    """All that names, sizes and the chain of hashes show; what the files hold is looked at by `contents`."""
    return [*_of_the_ledger(ledger), *_of_the_archive(home, ledger)]


def stopping(home: Home, ledger: Ledger, heads: Iterable[Head]) -> list[str]:
    """Why nothing may be published, as far as names, sizes and hashes show it."""
    found = [*problems(home, ledger), *(one for head in heads for one in beyond(ledger, head))]
    return [one.text for one in found if one.stops]


def contents(home: Home, ledger: Ledger) -> list[Problem]:
    """The archived files whose content is not what was received: reads them all."""
    kept = archive.listing(home)
    found = []
    for receipt in ledger.received.values():
        name = receipt.archived_as
        same_size = kept.get(name) == receipt.size_bytes  # else it is named already
        if same_size and sha256_of(home.archive / name) != receipt.sha256:
            found.append(_damaged_file(ledger, receipt, "is veranderd"))
    return found


def beyond(ledger: Ledger, head: Head) -> list[Problem]:
    """Whether the ledger still holds the newest line that somebody else remembers."""
    if ledger.holds(head.line, head.hash) or any(one.first <= head.line <= one.last for one in ledger.damage):
        return []
    text = (
        f"Het register houdt op vóór regel {head.line}, die {head.who} al kent"
        if head.line > ledger.taken
        else f"Regel {head.line} van het register is een andere dan die {head.who} kent"
    )
    cause = "is er een oudere back-up teruggezet?" if ledger.lines else "het is leeg of weg."
    return [Problem(f"{text}: {cause} {BACK}, of geef op wat er na regel {ledger.taken} kwam: {_after(ledger)}.")]


def unnamed(home: Home, ledger: Ledger) -> list[str]:
    """The archived files that no line of the ledger names, in the order in which they were kept."""
    named = set(ledger.known.values())
    left = [name for name in archive.listing(home) if name not in named]
    return sorted(left, key=lambda name: ((home.archive / name).stat().st_mtime_ns, name))


def _of_the_ledger(ledger: Ledger) -> Iterator[Problem]:
    for damage in ledger.damage:
        shown = f" ({damage.raw[:80]!r})" if damage.raw else ""
        do = f"{BACK}, of verklaar de plaats vervallen: {void_command(damage.first)}; wat zij betrof, wordt dan"
        place = str(damage)
        yield Problem(f"{place[0].upper()}{place[1:]}{shown}. {do} opnieuw uit het archief gehaald.")
    damaged = {damage.first for damage in ledger.damage}
    if ledger.stray and not damaged:
        numbers = ", ".join(map(str, sorted(ledger.stray)))
        yield Problem(f"Van bestand {numbers} staat het oordeel in het register, maar niet de ontvangst. {BACK}.")
    if ledger.torn:
        yield Problem(
            f"De laatste regel van het register is niet af ({ledger.torn[:80]!r}): er viel iets uit terwijl zij werd "
            "geschreven. De volgende run haalt haar eraf.",
            stops=False,
        )


def _of_the_archive(home: Home, ledger: Ledger) -> Iterator[Problem]:
    kept = archive.listing(home)
    for receipt in ledger.received.values():
        if receipt.archived_as not in kept:
            yield _damaged_file(ledger, receipt, "ontbreekt")
        elif kept[receipt.archived_as] != receipt.size_bytes:
            yield _damaged_file(ledger, receipt, "is veranderd")
    if left := unnamed(home, ledger):
        more = f" en nog {len(left) - MOST_NAMED}" if len(left) > MOST_NAMED else ""
        named = ", ".join(left[:MOST_NAMED]) + more
        yield Problem(
            f"In het archief liggen {len(left)} bestanden die het register niet kent: {named}. "
            f"Is er een oudere back-up teruggezet? {BACK}, of neem ze opnieuw in: {_after(ledger)}."
        )


def _damaged_file(ledger: Ledger, receipt: Receipt, what: str) -> Problem:
    judged = ledger.judged.get(receipt.receipt)
    counts = judged is None or judged.status == "accepted"
    whose = " ".join(part for part in (judged and judged.organisation_id, judged and judged.quarter) if part)
    do = "Zet het terug uit de back-up"
    if counts:
        do += f", of laat de levering vervallen: {void_command(line_of(ledger, receipt))}"
    of = f"{whose}, " if whose else ""
    text = f"In het archief {what} {receipt.archived_as} ({of}{receipt.file_name}, bestand {receipt.receipt}). {do}."
    return Problem(text, stops=counts)


def line_of(ledger: Ledger, receipt: Receipt) -> int:
    """The number of the line that a receipt stands on."""
    return next((number for number, (_, entry) in ledger.lines.items() if entry is receipt), 0)


def _after(ledger: Ledger) -> str:
    return void_command(ledger.taken + 1)
