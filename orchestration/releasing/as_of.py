"""Makes the marts of a release again, from the archive as it was, in a home of its own; says whether they are equal.

Equal is what the tables hold (docs/decisions/0013). The home that is asked only gives: nothing in it changes.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration import transforming
from orchestration.home import code
from orchestration.home.hashes import sha256_of
from orchestration.home.lock import write_claim
from orchestration.home.paths import REPOSITORY, Home
from orchestration.landing import land
from orchestration.landing.raw import closed_years, run_context
from orchestration.ledger import archive, chain, receipts, soundness
from orchestration.publishing import published_file
from orchestration.releasing import differing, package, tables, verifying

log = logging.getLogger(__name__)


class NotRebuilt(Exception):
    """The release cannot be made again; the message says, in Dutch, why."""


@dataclass
class Rebuilt:
    """How the marts compare; `differences`: per table, in Dutch, what is not equal."""

    home: Home
    other_code: bool
    equal: int = 0
    differences: list[str] = field(default_factory=list)


def rebuild(home: Home, release: str, output: Path) -> Rebuilt:
    """Make the marts of a release in a new home at `output`, and compare.

    Raises:
        NotRebuilt: the release or the archive is not what it was, or the folder is not empty.
        UnknownRelease: there is no such release.
    """
    if found := verifying.problems(home, release):
        raise NotRebuilt("\n".join(found))
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise NotRebuilt(f"{output} bestaat al en is niet leeg.")
    manifest = verifying.manifest_of(home, release)
    there = Home(output.resolve()).create()
    _give(home, manifest, there)
    _build(there, manifest)
    rebuilt = Rebuilt(there, manifest["code"]["sha256"] != code.code().sha256)
    _compare(home, manifest, rebuilt)
    return rebuilt


def _give(home: Home, manifest: dict[str, Any], there: Home) -> None:
    """What `give` does, and the lists of the release."""
    give(home, manifest["run"]["ledger"]["line"], there)
    lists = home.releases / manifest["release"] / "internal" / "lists"
    give_lists(lists, manifest["lists"], there)


def give(home: Home, line: int, there: Home) -> None:
    """Copy the ledger up to this line, and the files that it names: deliveries, and the counts of closed years.

    Raises:
        NotRebuilt: the ledger no longer has that line.
    """
    try:
        there.receipts.write_bytes(until(home.receipts.read_bytes(), line))
    except ValueError:
        raise NotRebuilt(f"regel {line} van het register is weg of veranderd.") from None
    ledger = receipts.read(there.receipts)
    known = set(ledger.known.values())
    later = set(soundness.unnamed(home, ledger))
    kept = [closed_years.path(home, one.counts_sha256) for one in ledger.years_closed if one.counts_sha256]
    years = [one.relative_to(home.archive).as_posix() for one in kept if one.is_file()]
    for name in (*archive.listing(home), *years):
        if name in known or name not in later:
            target = there.archive / name
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(home.archive / name, target)
    there.create_optional()
    parsed = home.dagster / "dbt"
    if parsed.is_dir():  # valid in any home, and it saves half of the time
        shutil.copytree(parsed, there.dagster / "dbt", dirs_exist_ok=True)


def give_lists(lists: Path, named: Mapping[str, str], there: Home) -> None:
    """Copy the lists by which a release was made; `named`: place and hash of each, as its manifest has them."""
    for place, digest in named.items():
        ours = REPOSITORY / place
        is_own = place.startswith("reference/")
        # a list of ours that has changed since counts as it was
        if is_own or (not ours.exists() or sha256_of(ours) != digest):
            name = Path(place).name
            if is_own or f"reference/{name}" not in named:
                shutil.copyfile(lists / place, there.reference / name)


def _build(there: Home, manifest: dict[str, Any]) -> None:
    """Land, compute and stage, as of the moment of the run."""
    with write_claim(there, "rebuild --as-of"):
        build(there, manifest["run"])
        published_file.stage(there)
        published_file.approve(there)
        published_file.release(there)


def build(there: Home, run: Mapping[str, Any], select: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
    """Land and compute as of the moment of a run; the claim on that home is the caller's.

    Raises:
        NotRebuilt: what was received then is no longer read as it was.
    """
    moment = datetime.fromisoformat(run["built_at"]).replace(tzinfo=UTC)
    log.info("Leveringen lezen")
    report = land.land(there, moment)
    if report.obstacles:
        raise NotRebuilt("\n".join(report.obstacles))
    run_context.write(there, moment, closing_year=run["closing_year"])
    log.info("Cijfers berekenen")
    list(transforming.build(there, select, exclude))


def _compare(home: Home, manifest: dict[str, Any], rebuilt: Rebuilt) -> None:
    now = tables.contents(rebuilt.home.published, rebuilt.home.logs)
    before = {one["name"]: one["content"] for one in manifest["tables"]}
    released = home.releases / manifest["release"] / "internal" / "werkmonitor.duckdb"
    different = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    rebuilt.equal = len(before.keys() & now.keys() - set(different))
    rebuilt.differences = list(differing.cells(released, rebuilt.home.published, different, package.keys(rebuilt.home)))


def until(content: bytes, line: int) -> bytes:
    """The ledger as it was when this line had just been written: a ledger is the beginning of every later one.

    Raises:
        ValueError: the line does not stand here.
    """
    end = 0
    for piece in content.split(b"\n"):
        end += len(piece) + 1
        found = chain.parse(piece).lines
        if found and found[-1].number == line and found[-1].hash:
            return content[:end]
    raise ValueError(line)
