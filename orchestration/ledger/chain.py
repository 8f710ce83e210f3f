"""The bytes of the ledger as a chain: every line holds its number, the hash of the line before it, and its own.

A line vouches for itself, so damage to one says nothing of the others; what was taken out, put in or cut off shows in
the numbers and in the hashes before. Lines of before the chain are held by one that seals them. What the lines say is
for `receipts`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

START = "0" * 64  # what the first line names as the hash before it
SEALED = "sealed"
_DIGITS = 16  # of the hash of a sealed line: to tell which one was changed; that one was, the whole hash tells
_HASH = rb'"([0-9a-f]{64})"'
_LINE = re.compile(
    rb'(\{"kind": "[a-z_]+".*, "line": ([1-9][0-9]{0,14}), "previous": ' + _HASH + rb'), "hash": ' + _HASH + rb"\}",
    re.DOTALL,
)


@dataclass(frozen=True)
class Line:
    """A line that is what was written; `hash` is '' where no chain held it yet."""

    number: int
    raw: bytes
    previous: str = ""
    hash: str = ""

    @property
    def sha256(self) -> str:
        return digest(self.raw)


@dataclass(frozen=True)
class Damage:
    """A place where the ledger is not what was written: lines `first` to `last` are lost, `raw` stands there.

    `last` is below `first` where nothing is lost but something stands between that does not belong there.
    """

    first: int
    last: int
    raw: bytes
    what: str

    @property
    def sha256(self) -> str:
        return digest(self.raw)

    def __str__(self) -> str:
        place = f"regel {self.first}" if self.last <= self.first else f"regels {self.first} tot en met {self.last}"
        if self.last < self.first:
            place = f"vóór regel {self.first}"
        return f"{place} van het register: {self.what}"


@dataclass
class Chain:
    """What was found: lines that are whole, damage, and the torn end that a crash can leave.

    `taken`: the highest number that is in use, damaged lines included. `end`: where the next line is to be written.
    `unsealed`: the lines of before the chain that no line seals.
    """

    lines: list[Line] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    torn: bytes = b""
    taken: int = 0
    unsealed: list[bytes] = field(default_factory=list)
    is_ended: bool = True

    @property
    def last_hash(self) -> str:
        """What the next line names as the hash before it."""
        if self.lines and self.lines[-1].hash:
            return self.lines[-1].hash
        return digest(b"\n".join(self.unsealed)) if self.unsealed else START


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def parse(content: bytes) -> Chain:
    """The ledger as it stands, line by line."""
    *pieces, tail = content.split(b"\n")
    chain = Chain()
    if tail and (_verified(tail) or (_is_old(tail) and not any(map(_verified, pieces)))):
        pieces.append(tail)  # only its newline is gone
        chain.is_ended = False
    else:
        chain.torn = tail
    begin = next((number for number, piece in enumerate(pieces) if _verified(piece)), len(pieces))
    begin = begin if any(map(_is_old, pieces[:begin])) else 0
    junk = _old_region(chain, pieces[:begin], pieces[begin:])
    _walk(chain, junk, pieces[begin:], is_first_linked=not begin)
    return chain


def linked(texts: Iterable[str], taken: int, previous: str) -> bytes:
    """New lines, each a JSON object that begins with its kind, as they are written after the line `taken`."""
    added = b""
    for number, text in enumerate(texts, taken + 1):
        body = f'{text[:-1]}, "line": {number}, "previous": "{previous}"'.encode("ascii")
        previous = digest(body)
        added += body + f', "hash": "{previous}"}}\n'.encode("ascii")
    return added


def seal(pieces: Sequence[bytes]) -> str:
    """The line that holds all lines of before the chain, which come right before it."""
    digests = [digest(piece)[:_DIGITS] for piece in pieces]
    sha256 = digest(b"\n".join(pieces))
    return json.dumps({"kind": SEALED, "lines": len(pieces), "sha256": sha256, "digests": digests})


def newest(descriptor: int) -> Line | None:
    """The last line, when the file ends well: found without reading what comes before it."""
    size, step = os.fstat(descriptor).st_size, 1 << 16
    while True:
        block = os.pread(descriptor, min(step, size), max(0, size - step))
        start = block.rfind(b"\n", 0, len(block) - 1)
        if start >= 0 or step >= size:
            return _verified(block[start + 1 : -1]) if block.endswith(b"\n") else None
        step *= 4


def _old_region(chain: Chain, pieces: list[bytes], after: list[bytes]) -> list[bytes]:
    """Take in the lines of before the chain; what stands behind the last of them and is none of them."""
    if not pieces:
        return []
    sealed = _sealed_digests(after)
    if sealed is None:
        old = max(number for number, piece in enumerate(pieces, 1) if _is_old(piece))
        chain.unsealed = pieces[:old]
        sealed = [digest(piece)[:_DIGITS] for piece in chain.unsealed]
    actual = [digest(piece)[:_DIGITS] for piece in pieces]
    for what, first, last, start, end in SequenceMatcher(None, sealed, actual, autojunk=False).get_opcodes():
        if what == "equal":
            chain.lines += [Line(first + 1 + step, pieces[start + step]) for step in range(last - first)]
        elif what == "insert" and first == len(sealed):
            chain.taken = len(sealed)
            return pieces[start:end]
        else:
            chain.damage.append(Damage(first + 1, last, b"\n".join(pieces[start:end]), "beschadigd of verdwenen"))
    chain.taken = len(sealed)
    return []


def _sealed_digests(pieces: list[bytes]) -> list[str] | None:
    """The newest seal of the old lines; None when there is none."""
    prefix = f'{{"kind": "{SEALED}"'.encode("ascii")
    found = [piece for piece in pieces if piece.startswith(prefix) and _verified(piece)]
    return list(json.loads(found[-1])["digests"]) if found else None


def _walk(chain: Chain, junk: list[bytes], pieces: list[bytes], is_first_linked: bool) -> None:
    """Follow the chain; what does not belong to it is damage between the lines that do."""
    previous = START if is_first_linked else ""
    for piece in pieces:
        line = _verified(piece)
        if line is None or line.number <= chain.taken:
            junk.append(piece)
            continue
        _add_gap(chain, line, junk, previous)
        chain.lines.append(line)
        junk, chain.taken, previous = [], line.number, line.hash
    if junk:
        first = chain.taken + 1
        chain.taken += len(junk)
        chain.damage.append(Damage(first, chain.taken, b"\n".join(junk), "beschadigd"))


def _add_gap(chain: Chain, line: Line, junk: list[bytes], previous: str) -> None:
    """What lies between a line and the one before it, when they do not follow each other."""
    first, last = chain.taken + 1, line.number - 1
    if junk:
        chain.damage.append(Damage(first, last, b"\n".join(junk), "beschadigd" if last >= first else "hoort er niet"))
    elif last >= first:
        chain.damage.append(Damage(first, last, b"", "verdwenen"))
    elif previous and line.previous != previous:
        chain.damage.append(Damage(first, last, b"", "sluit niet aan op de regel ervoor"))


def _verified(piece: bytes) -> Line | None:
    match = _LINE.fullmatch(piece)
    if match is None or digest(match[1]) != match[4].decode("ascii"):
        return None
    return Line(int(match[2]), piece, match[3].decode("ascii"), match[4].decode("ascii"))


def _is_old(piece: bytes) -> bool:
    """Whether this looks like a line of before the chain."""
    try:
        values = json.loads(piece)
    except ValueError:
        return False
    return isinstance(values, dict) and not {"hash", "previous"} & values.keys()
