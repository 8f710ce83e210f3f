"""The list of releases `releases.jsonl`: one line each, with the hash of its manifest, chained as the ledger is.

Reads and appends; what a release holds is for others.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields

from orchestration.home.paths import Home
from orchestration.ledger import chain, receipts


@dataclass(frozen=True)
class Released:
    """A release that was handed out. `internal`, `public`: the sha256 of the manifest of each edition; '' for none."""

    release: str
    quarter: str
    status: str
    made_at: str
    internal: str
    public: str = ""


@dataclass
class Log:
    """The releases in order, and in Dutch what of the list itself is not what was written."""

    releases: list[Released] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    taken: int = 0
    last_hash: str = chain.START

    def named(self, release: str) -> Released | None:
        return next((one for one in self.releases if one.release == release), None)


def read(home: Home) -> Log:
    """The list as far as it is whole."""
    found = chain.parse(home.release_log.read_bytes() if home.release_log.exists() else b"")
    log = Log(taken=found.taken, last_hash=found.last_hash)
    log.problems = [str(one).replace("van het register", "van releases.jsonl") for one in found.damage]
    if found.torn:
        log.problems.append("de laatste regel van releases.jsonl is niet af")
    names = {one.name for one in fields(Released)}
    needed = names - {"public"}  # came later
    for line in found.lines:
        values = json.loads(line.raw)
        if line.hash and needed <= values.keys():
            log.releases.append(Released(**{name: values[name] for name in names & values.keys()}))
        else:
            log.problems.append(f"regel {line.number} van releases.jsonl: hoort er niet")
    return log


def append(home: Home, released: Released) -> None:
    """Add a line, on disk when this returns; what a crash left torn at the end goes first."""
    content = home.release_log.read_bytes() if home.release_log.exists() else b""
    found = chain.parse(content)
    text = json.dumps({"kind": "released", **asdict(released)})
    whole = content[: len(content) - len(found.torn)]
    line = (b"" if found.is_ended else b"\n") + chain.linked([text], found.taken, found.last_hash)
    beside = home.release_log.with_name(f".{home.release_log.name}")
    with beside.open("wb") as file:  # beside and renamed: the list is never half a line
        file.write(whole + line)
        os.fchmod(file.fileno(), 0o444)
        os.fsync(file.fileno())
    beside.replace(home.release_log)
    receipts.sync_folder(home.root)
