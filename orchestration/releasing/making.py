"""Makes a release: what is published, frozen in a folder that never changes (docs/releases.md).

Written beside, checked, renamed into place, and then named in `releases.jsonl`: a crash leaves no half release, and
what it left is finished or swept by the next. Whether it may be made, `readiness` says.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import modes
from orchestration.home.hashes import sha256_of
from orchestration.home.lock import write_claim
from orchestration.home.paths import REPOSITORY, Home
from orchestration.home.reference import reference_list
from orchestration.home.settings import amsterdam_day
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Ledger, QuarterLocked
from orchestration.publishing import public_file
from orchestration.publishing.opening import NothingPublished, snapshot
from orchestration.publishing.rows import Row
from orchestration.releasing import dutch, manifest, notes, package, readiness, tables, verifying
from orchestration.releasing import log as release_log
from orchestration.releasing.log import Released
from orchestration.releasing.manifest import Asked
from orchestration.releasing.public import edition, words
from orchestration.releasing.readiness import NotReleasable
from orchestration.releasing.revisions import comparing, sides, telling

log = logging.getLogger(__name__)
MAKING = ".making-"
FILE, FOLDER = 0o444, 0o555


@dataclass(frozen=True)
class Outcome:
    """The release that was made, or the one that holds the same already."""

    release: str
    path: Path
    is_new: bool


@dataclass(frozen=True)
class _State:
    """What a release is made from."""

    home: Home
    asked: Asked
    ledger: Ledger
    published: Path
    now: datetime
    knows_prints: bool

    @property
    def revisions(self) -> Path:
        """Where the table of what differs from the release before is made: beside the copy, in passing."""
        return self.published.with_name("revisions.duckdb")

    @property
    def run(self) -> Row:
        return readiness.run_of(self.published)


def release(home: Home, asked: Asked, now: datetime, contact: str, knows_prints: bool = False) -> Outcome:
    """Freeze what is published as the next release of a quarter, unless the last one holds the same.

    `knows_prints`: whether the printed documents are about the figures of this home.

    Raises:
        NotReleasable: with every reason why not; nothing is written.
        UnreadableList: a list of what is public cannot be meant.
        OSError: the disk is full, or fails; what was half made is gone.
    """
    edition.require_lists(home, asked.quarter)
    with write_claim(home, "release"):
        modes.make_folder(home.releases, modes.PUBLIC)
        _sweep(home)
        try:
            with snapshot(home) as published:
                state = _State(home, asked, receipts.read(home.receipts), published, now, knows_prints)
                _require_ready(state, amsterdam_day(now))
                return _made(state, contact)
        except NothingPublished:
            raise NotReleasable([f"er is nog niets gepubliceerd: {readiness.RUN}"]) from None
        except tables.NotPlain as refusal:
            raise NotReleasable([str(refusal)]) from None
        except duckdb.IOException as problem:
            full = "No space left" in str(problem)
            raise OSError(errno.ENOSPC if full else errno.EIO, str(problem).splitlines()[0]) from problem


def _require_ready(state: _State, today: date) -> None:
    asked = state.asked
    reasons = list(readiness.reasons(state.home, state.ledger, state.published, asked.quarter, today))
    if asked.is_definitive:
        open_ends = list(readiness.open_ends(state.ledger, state.published, asked.quarter))
        if asked.accept_missing:
            for one in open_ends:
                log.warning("Wordt definitief terwijl %s", one)
        else:
            reasons += open_ends
    if reasons:
        raise NotReleasable(reasons)


def _made(state: _State, contact: str) -> Outcome:
    home, asked = state.home, state.asked
    before = release_log.read(home)
    if before.problems:
        raise NotReleasable([f"{one}: kijk met `werkmonitor verify`" for one in before.problems])
    number = 1 + max((_number(one.release) for one in before.releases if one.quarter == asked.quarter), default=0)
    name = f"{asked.quarter}.r{number}"
    making = home.releases / f"{MAKING}{name}"
    internal = making / "internal"
    internal.mkdir(parents=True)
    try:
        written = tables.write(state.published, internal / "tables")
        log.info("Openbare editie: beschermen en aanvallen")
        knows = (asked.quarter, state.knows_prints)
        public = edition.make(home, state.published, making / "public", before.releases, knows)
        about = manifest.figures(state.run, state.ledger, state.published, written)
        about |= {"status": asked.status, "public": public.contents}
        last = next((one for one in reversed(before.releases) if one.quarter == asked.quarter), None)
        if last and manifest.same_state(about, verifying.manifest_of(home, last.release)):
            _place_public(home, before.releases[-1].release)
            return Outcome(last.release, home.releases / last.release, is_new=False)
        full = _full(state, name, about, before)
        full["revisions"] = _revised(state, full)
        if asked.is_definitive:
            full["locks"] = _locked(state, name, full["locks"])
        edition.finish(public, full, before.releases, contact, home)
        edition.explain(public, internal)
        written += tables.write(state.revisions, internal / "tables")
        _fill(state, internal, written, full, notes.read_me(full, words.protection(public.decision.report), contact))
        _close(making)
        _require_whole(making / "internal")
        _require_whole(making / "public")
        return _placed(home, making)
    finally:
        if making.exists():
            remove(making)


def _full(state: _State, name: str, about: dict[str, Any], before: release_log.Log) -> dict[str, Any]:
    """The manifest, without the files that it will name."""
    previous = before.releases[-1] if before.releases else None
    asked = state.asked
    return {
        "format": manifest.FORMAT,
        "release": name,
        "edition": "internal",
        "quarter": asked.quarter,
        "made_at": state.now.astimezone(UTC).isoformat(),
        "note": asked.note,
        "correction": asked.correction,
        "accepted_missing": asked.reason if asked.accept_missing else None,
        "previous": {"release": previous.release, "manifest": previous.internal} if previous else None,
        **about,
        **manifest.made_of(state.run, state.home),
    }


def _revised(state: _State, full: dict[str, Any]) -> dict[str, Any]:
    """Compare with the release before; what of that stands in the manifest."""
    previous = full["previous"]
    try:
        old = sides.of_release(state.home, previous["release"]) if previous else None
        new = sides.of_manifest(full["release"], state.published, full)
        comparing.write(state.home, old, new, state.revisions, full["correction"])
    except sides.NotComparable as refusal:
        raise NotReleasable([str(refusal)]) from refusal
    return {"compared_with": old.name if old else None, "cells": telling.counts(state.revisions)}


def _locked(state: _State, name: str, locks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the quarter's lock in the ledger; the locks that then stand."""
    quarter, home = state.asked.quarter, state.home
    named = {one["organisation_id"]: one for one in manifest.in_force(state.ledger, quarter)}
    nobody = {"receipt": None, "version": None, "sha256": None}
    for line in reference_list(home, "organisations"):
        named.setdefault(line["organisation_id"], {"organisation_id": line["organisation_id"], **nobody})
    part = ("organisation_id", "receipt", "version", "sha256")
    deliveries = [{key: named[one][key] for key in part} for one in sorted(named)]
    lock = QuarterLocked(quarter, name, deliveries, state.now.astimezone(UTC).isoformat())
    receipts.append(home.receipts, [lock])
    moment = home.published.stat().st_mtime_ns  # a lock changes no figure
    os.utime(home.receipts, ns=(moment, moment))
    return [*(one for one in locks if one["quarter"] != quarter), vars(lock)]


def _fill(
    state: _State, internal: Path, written: list[tables.Table], full: dict[str, Any], read_me: tables.ReadMe
) -> None:
    """Write all files but the tables, the manifest last."""
    lists = internal / "lists"
    for place in full["lists"]:
        target = lists / place
        target.parent.mkdir(parents=True, exist_ok=True)
        root = state.home.root if place.startswith("reference/") else REPOSITORY
        shutil.copyfile(root / place, target)
    previous = verifying.manifest_of(state.home, full["previous"]["release"]) if full["previous"] else None
    note = notes.changes(full, previous, list(telling.lines(state.revisions)))
    (internal / "wijzigingen.md").write_text(note, encoding="utf-8")
    tables.write_database((state.published, state.revisions), internal / "werkmonitor.duckdb", read_me)
    contact = dict(read_me)["contact"]
    title = f"Werkmonitor ggz {full['release']}, interne editie"
    about = {"id": full["release"], "title": title, "made_at": full["made_at"], "contact": contact}
    described = package.describe(state.home, internal, dutch.described(state.home, written), about)
    edition.write_json(internal / "datapackage.json", described)
    manifest.seal(internal, full)


def _close(folder: Path) -> None:
    """Put all of it on disk, to be read only."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(FOLDER if path.is_dir() else FILE)
        _flush(path)
    folder.chmod(FOLDER)
    _flush(folder)


def _require_whole(folder: Path) -> None:
    if found := list(verifying.files(folder)):
        raise OSError("; ".join(found))


def _placed(home: Home, making: Path) -> Outcome:
    name = making.name.removeprefix(MAKING)
    target = home.releases / name
    making.rename(target)
    _flush(home.releases)
    release_log.append(home, _line(target))
    _place_public(home, name)
    return Outcome(name, target, is_new=True)


def _place_public(home: Home, release: str) -> None:
    """The public file of the newest release is the one that everyone opens."""
    path = home.releases / release / edition.FOLDER / edition.FILE
    if path.exists():
        public_file.place(home, path)


def _line(folder: Path) -> Released:
    path = folder / "internal" / "manifest.json"
    full = json.loads(path.read_text(encoding="utf-8"))
    return Released(
        full["release"],
        full["quarter"],
        full["status"],
        full["made_at"],
        sha256_of(path),
        edition.manifest_hash(folder),
    )


def _sweep(home: Home) -> None:
    """Take away what a crash left half made; finish what it left in place without a line in the list."""
    for leftover in home.releases.glob(f"{MAKING}*"):
        remove(leftover)
    known = release_log.read(home)
    last = known.releases[-1].internal if known.releases else None
    for folder in sorted(home.releases.glob("[0-9]*.r*")):
        if known.named(folder.name) or known.problems:
            continue
        if any(list(verifying.files(one)) for one in folder.iterdir()):
            raise NotReleasable([f"releases/{folder.name} staat niet in releases.jsonl en klopt niet: haal haar weg"])
        previous = json.loads((folder / "internal" / "manifest.json").read_text(encoding="utf-8"))["previous"]
        if (previous or {}).get("manifest") != last:
            raise NotReleasable([f"releases/{folder.name} staat niet in releases.jsonl: haal haar weg"])
        log.info("Afgemaakt: %s", folder.name)
        release_log.append(home, _line(folder))
        _place_public(home, folder.name)


def remove(folder: Path) -> None:
    """Take a folder away, whatever its modes."""
    for path in [folder, *(one for one in folder.rglob("*") if one.is_dir())]:
        path.chmod(0o700)
    shutil.rmtree(folder)


def _number(release: str) -> int:
    found = re.fullmatch(r".*\.r([0-9]+)", release)
    return int(found[1]) if found else 0


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
