"""The two states that are compared: a release as it was handed out, or what is published or about to be released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.home import code
from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.ledger import receipts
from orchestration.releasing import log as release_log
from orchestration.releasing import manifest, readiness, verifying

NOW = "now"


class NotComparable(Exception):
    """These two cannot be compared; the message says, in Dutch, why."""


@dataclass(frozen=True)
class Side:
    """A state: its name, the DuckDB file with its `figures`, and what they rest on.

    `lists`: the folder in which its reference lists lie; None for those of the home as they stand.
    """

    name: str
    database: Path
    run: Mapping[str, Any]
    code: str
    lists: Mapping[str, str]
    deliveries: list[dict[str, Any]]
    lists_folder: Path | None = None


def of_release(home: Home, name: str) -> Side:
    """A release, of which what is read is what was handed out.

    Raises:
        UnknownRelease: there is no such release.
        NotComparable: its manifest or its DuckDB file was changed.
    """
    one = verifying.named(release_log.read(home), name)
    internal = home.releases / name / "internal"
    about, database = internal / verifying.MANIFEST, internal / "werkmonitor.duckdb"
    if not about.is_file() or sha256_of(about) != one.internal:
        raise NotComparable(
            f"{name}/internal/{about.name} is niet meer wat is uitgegeven: kijk met `werkmonitor verify`"
        )
    full = verifying.manifest_of(home, name)
    if not database.is_file() or sha256_of(database) != full["files"][database.name]["sha256"]:
        raise NotComparable(
            f"{name}/internal/{database.name} is niet meer wat is uitgegeven: kijk met `werkmonitor verify`"
        )
    return of_manifest(name, database, full, internal / "lists")


def of_manifest(name: str, database: Path, full: Mapping[str, Any], lists_folder: Path | None = None) -> Side:
    """The state that a manifest describes."""
    return Side(name, database, full["run"], full["code"]["sha256"], full["lists"], full["deliveries"], lists_folder)


def of_published(home: Home, published: Path) -> Side:
    """What is published, by this copy of it.

    Raises:
        NotComparable: it does not say of what it was made.
    """
    run = readiness.run_of(published)
    if not run:
        raise NotComparable(f"de publicatie is van een oudere versie: {readiness.RUN}")
    if run["lists_sha256"] != code.lists_sha256(home):
        raise NotComparable(readiness.LISTS_CHANGED)
    ledger = receipts.up_to(receipts.read(home.receipts), run["line"])
    described = manifest.run_described(run)
    return Side(NOW, published, described, run["code_sha256"], code.lists(home), manifest.in_force(ledger))


def deliveries_changed(old: Side, new: Side) -> list[tuple[str, str, str]]:
    """Organisation, quarter, and in words the versions of every delivery that is not the same on both sides."""
    before = {(one["organisation_id"], one["quarter"]): one for one in old.deliveries}
    now = {(one["organisation_id"], one["quarter"]): one for one in new.deliveries}
    found = []
    for pair in sorted(before.keys() | now.keys()):
        was, is_now = before.get(pair), now.get(pair)
        if was is None or is_now is None or was["sha256"] != is_now["sha256"]:
            found.append((*pair, f"{' '.join(pair)} {_version(was)} → {_version(is_now)}"))
    return found


def _version(one: Mapping[str, Any] | None) -> str:
    return f"v{one['version']}" if one else "geen"
