"""Declaring a line of the ledger void, with a reason: a damaged one, one that should not count, or what the end lost.

What a lost line was about is taken from the archive again, under its own number where the warehouse remembers it;
judging it is for the next landing. docs/decisions/0001.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from orchestration.home.lock import write_claim
from orchestration.home.paths import Home
from orchestration.home.words import tidied
from orchestration.landing.land import warehouse_head
from orchestration.landing.raw import raw_filling, warehouse
from orchestration.ledger import archive, chain, receipts, soundness
from orchestration.ledger.chain import Damage
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Cut, Ledger, Receipt, Sealed, Voided
from orchestration.ledger.soundness import Head
from orchestration.publishing import memory

_NUMBER = re.compile(rb'"receipt": ([1-9][0-9]{0,9})[,}]')
_SHA256 = re.compile(rb"[0-9a-f]{64}")


class NotVoidable(Exception):
    """This cannot be declared void; the message says, in Dutch, why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What was written down, what it was about, and which files are taken from the archive again."""

    entry: Voided
    about: str
    taken_again: list[Receipt]


@dataclass(frozen=True)
class _Memory:
    """What the warehouse and the published file remember: heads, and the files that the ledger has lost."""

    heads: list[Head]
    files: list[Receipt]
    highest: int


def void(home: Home, line: int, reason: str, by: str, now: datetime) -> Outcome:
    """Write down that a line counts no more, and why.

    Raises:
        NotVoidable: no reason or name, no such line, or one that is void or cannot be. Nothing is written down.
    """
    reason, by = tidied(reason), tidied(by)
    if not reason or not by:
        raise NotVoidable('Zeg waarom de regel vervalt en wie dat zegt: --reason "…" --by "…".')
    with write_claim(home, "void"):
        receipts.seal(home.receipts)
        ledger = receipts.read(home.receipts)
        remembered = _remembered(home, ledger)
        entry = Voided(line, "", [], [], reason, by, now.astimezone(UTC).isoformat())
        outcome = _decided(home, ledger, remembered, entry)
        receipts.append(home.receipts, [outcome.entry, *outcome.taken_again])
        _forget_lost(home)
    return outcome


def _decided(home: Home, ledger: Ledger, remembered: _Memory, entry: Voided) -> Outcome:
    damage = next((one for one in ledger.damage if one.first <= entry.first <= max(one.first, one.last)), None)
    if damage:
        entry = replace(entry, first=damage.first, bytes_sha256=damage.sha256)
        return _recovered(home, ledger, remembered, entry, [damage])
    if entry.first in ledger.lines:
        return _of_a_whole_line(home, ledger, entry)
    forgotten = [head for head in remembered.heads if not ledger.holds(head.line, head.hash)]
    amiss = forgotten or remembered.files or soundness.unnamed(home, ledger) or memory.lost(home, ledger)
    if entry.first != ledger.taken + 1 or not amiss:
        of = f"Het register heeft {ledger.taken} regels."
        raise NotVoidable(f"Regel {entry.first} is er niet, of er is na de laatste niets kwijt. {of}")
    return _recovered(home, ledger, remembered, replace(entry, bytes_sha256=chain.digest(b"")), [])


def _of_a_whole_line(home: Home, ledger: Ledger, entry: Voided) -> Outcome:
    line, written = ledger.lines[entry.first]
    if isinstance(written, Voided | Sealed | Cut):
        raise NotVoidable(f"Regel {line.number} houdt het register zelf bijeen en kan niet vervallen.")
    if any((one.first, one.bytes_sha256) == (line.number, line.sha256) for one in ledger.voided.values()):
        raise NotVoidable(f"Regel {line.number} was al vervallen.")
    about = f"regel {line.number}"
    pairs: list[list[str]] = []
    if isinstance(written, Receipt):
        judged = ledger.judged.pop(written.receipt, None)
        about = f"bestand {written.receipt} ({written.file_name})"
        if judged and judged.status == "accepted":
            pair = (judged.organisation_id or "", judged.quarter or "")
            about = f"de levering {' '.join(pair)}, {about}"
            pairs = [] if pair in InForce(ledger).pairs() else [list(pair)]
    return Outcome(replace(entry, bytes_sha256=line.sha256, lost=pairs), about, [])


def _recovered(home: Home, ledger: Ledger, remembered: _Memory, entry: Voided, damage: Sequence[Damage]) -> Outcome:
    """Take what was lost from the archive again; where nothing is left to take, what is published of it is given up."""
    heads = [head.hash for head in remembered.heads if not ledger.holds(head.line, head.hash)]
    again = list(_taken_again(home, ledger, remembered, damage))
    pairs = [] if again else [list(pair) for pair in memory.lost(home, ledger)]
    about = str(damage[0]) if damage else f"wat na regel {ledger.taken} in het register stond"
    return Outcome(replace(entry, heads=heads, lost=pairs), about, again)


def _taken_again(home: Home, ledger: Ledger, remembered: _Memory, damage: Sequence[Damage]) -> Iterator[Receipt]:
    """The files of lost lines: as the warehouse knows them, as the rest of the line says, as the archive keeps them."""
    kept = archive.listing(home)
    numbers, names = set(ledger.known), set(ledger.known.values())
    found = [one for one in remembered.files if one.archived_as in kept]
    found += [receipt for one in damage for receipt in _still_readable(home, one, kept)]
    for receipt in sorted(found, key=lambda one: one.receipt):
        if receipt.receipt not in numbers:
            numbers.add(receipt.receipt)
            names.add(receipt.archived_as)
            yield receipt
    following = max([ledger.highest, remembered.highest, *numbers]) + 1
    left = [name for name in soundness.unnamed(home, ledger) if name not in names]
    for number, name in enumerate(left, following):
        yield _as_kept(home, name, number)


def _still_readable(home: Home, damage: Damage, kept: dict[str, int]) -> Iterator[Receipt]:
    """The receipt that a damaged line was, where its number and its file can still be told."""
    by_hash = {name[3:67].encode("ascii"): name for name in kept}
    for piece in damage.raw.split(b"\n"):
        number = _NUMBER.search(piece)
        name = next((by_hash[one] for one in _SHA256.findall(piece) if one in by_hash), None)
        if piece.startswith(b'{"kind": "received"') and number and name:
            yield _as_kept(home, name, int(number[1]))


def _as_kept(home: Home, name: str, number: int) -> Receipt:
    """A receipt for a file of which only the archive tells: when it was put there is when it landed."""
    state = (home.archive / name).stat()
    landed = datetime.fromtimestamp(state.st_mtime, UTC).isoformat()
    shown = f"uit het archief: {name[3:11]}…{name[67:]}"
    return Receipt(number, name[3:67], name, shown, state.st_size, state.st_mtime_ns, 0, 0, landed)


def _remembered(home: Home, ledger: Ledger) -> _Memory:
    heads = memory.head(home)
    if not home.warehouse.exists():
        return _Memory(heads, [], 0)
    with warehouse.opened(home) as connection:
        files = raw_filling.files(connection, raw_filling.landed(connection) - ledger.known.keys())
        return _Memory([*heads, *warehouse_head(connection)], files, raw_filling.highest(connection))


def _forget_lost(home: Home) -> None:
    """The warehouse need not remember any longer what could not be taken from the archive."""
    if home.warehouse.exists():
        known = receipts.read(home.receipts).known
        with warehouse.opened(home) as connection:
            raw_filling.forget(connection, raw_filling.landed(connection) - known.keys())
