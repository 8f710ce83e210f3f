"""Whether releases are still what was handed out: files, manifests, the list, and the deliveries in the archive.

Reads everything and trusts nothing; never opens the warehouse, and writes nothing.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from orchestration.home import lock
from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.ledger import receipts
from orchestration.releasing import log as release_log
from orchestration.releasing.log import Released

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
OUTSIDE = (SUMS, MANIFEST)  # what a manifest cannot name: itself, and what holds its hash
MODES = {True: 0o555, False: 0o444}


class UnknownRelease(Exception):
    """There is no such release; the message says, in Dutch, which there are."""


def problems(home: Home, release: str | None = None) -> list[str]:
    """All that is not as it was, in Dutch, naming each file; of one release, or of all.

    Raises:
        UnknownRelease: no such release was ever made.
    """
    log = release_log.read(home)
    if release is not None:
        named(log, release)
    found = list(log.problems)
    previous = None
    hash_of = lru_cache(maxsize=None)(sha256_of)
    for one in log.releases:
        if release in (None, one.release):
            found += _of_one(home, one, previous, hash_of)
        previous = one
    if release is None:
        found += _extra(home, log)
    return found


def named(log: release_log.Log, release: str) -> Released:
    """The line of a release.

    Raises:
        UnknownRelease: no such release was ever made.
    """
    one = log.named(release)
    if one is None:
        known = ", ".join(one.release for one in log.releases) or "er zijn er nog geen"
        raise UnknownRelease(f"Er is geen release {release}; wel: {known}.")
    return one


def manifest_of(home: Home, release: str) -> dict[str, Any]:
    """The manifest of a release."""
    text = (home.releases / release / "internal" / MANIFEST).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def sums(folder: Path, manifest: Mapping[str, Any]) -> str:
    """What SHA256SUMS of this folder says."""
    lines = {name: one["sha256"] for name, one in manifest["files"].items()} | {MANIFEST: sha256_of(folder / MANIFEST)}
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(lines.items()))


def files(folder: Path) -> Iterator[str]:
    """What of the files of one edition is not as its manifest says."""
    where = f"{folder.parent.name}/{folder.name}"
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        named = {name: (one["bytes"], one["sha256"]) for name, one in manifest["files"].items()}
    except FileNotFoundError:
        yield f"{where}/{MANIFEST} ontbreekt"
        return
    except (ValueError, LookupError, TypeError, AttributeError):
        yield f"{where}/{MANIFEST} is veranderd: het is niet te lezen"
        return
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    for name, (size, digest) in named.items():
        path = there.get(name)
        if path is None:
            yield f"{where}/{name} ontbreekt"
        elif path.is_symlink() or path.stat().st_size != size or sha256_of(path) != digest:
            yield f"{where}/{name} is veranderd"
    yield from (f"{where}/{name} hoort er niet" for name in sorted(there.keys() - named.keys() - set(OUTSIDE)))
    if SUMS not in there:
        yield f"{where}/{SUMS} ontbreekt"
    elif there[SUMS].read_bytes() != sums(folder, manifest).encode("utf-8"):
        yield f"{where}/{SUMS} is veranderd"
    for path in (folder, *sorted(folder.rglob("*"))):
        mode, closed = stat.S_IMODE(path.lstat().st_mode), MODES[path.is_dir()]
        if mode != closed:
            name = path.relative_to(folder.parent.parent).as_posix()
            yield f"{name} heeft andere rechten ({mode:04o}); herstel met: chmod {closed:o}"


def _of_one(home: Home, one: Released, previous: Released | None, hash_of: Any) -> Iterator[str]:
    folder = home.releases / one.release
    if not folder.is_dir():
        yield f"{one.release} ontbreekt"
        return
    editions = {"internal": one.internal, "public": one.public}
    extra = sorted(path.name for path in folder.iterdir() if not editions.get(path.name))
    yield from (f"{one.release}/{name} hoort er niet" for name in extra)
    for edition, digest in editions.items():
        if digest:
            yield from _of_edition(folder / edition, digest)
    path = folder / "internal" / MANIFEST
    if path.exists() and sha256_of(path) == one.internal:
        yield from _links(home, manifest_of(home, one.release), previous, hash_of)


def _of_edition(folder: Path, digest: str) -> Iterator[str]:
    """What of an edition is not as the list says; `digest`: the hash of its manifest."""
    found = list(files(folder))
    path = folder / MANIFEST
    if path.exists() and sha256_of(path) != digest:
        # its own claims count no more: files that agree with it may be changed with it
        where = f"{folder.parent.name}/{folder.name}/{MANIFEST}"
        found = [f"{where} is veranderd", *(text for text in found if MANIFEST not in text)]
    yield from found


def _links(home: Home, manifest: dict[str, Any], previous: Released | None, hash_of: Any) -> Iterator[str]:
    """What a manifest names outside its own folder: the release before, the ledger's line, the deliveries."""
    expected = {"release": previous.release, "manifest": previous.internal} if previous else None
    if manifest["previous"] != expected:
        yield f"{manifest['release']} sluit niet aan op de release ervoor"
    line = manifest["run"]["ledger"]
    if not receipts.read(home.receipts).holds(line["line"], line["hash"]):
        yield f"regel {line['line']} van het register, waarop {manifest['release']} rust, is weg of veranderd"
    for one in manifest["deliveries"]:
        path = home.archive / one["archived_as"]
        whose = f"{one['organisation_id']} {one['quarter']} v{one['version']}"
        if not path.is_file():
            yield f"archive/{one['archived_as']} ontbreekt ({whose}, {manifest['release']})"
        elif hash_of(path) != one["sha256"]:
            yield f"archive/{one['archived_as']} is veranderd ({whose}, {manifest['release']})"


def _extra(home: Home, log: release_log.Log) -> Iterator[str]:
    if not home.releases.is_dir():
        return
    known = {one.release for one in log.releases}
    busy = lock.holder(home) is not None  # a release that is being made is no fault
    for path in sorted(home.releases.iterdir()):
        if path.name not in known and not busy:
            half = path.name.startswith(".making-")
            yield f"{path.name} is niet af: de volgende release ruimt haar op" if half else f"{path.name} hoort er niet"
