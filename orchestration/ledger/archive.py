"""The archive: takes every file out of the inbox, keeps it byte for byte by content, and writes the receipt.

Crash-safe at every point: a file leaves the inbox only after its copy and its receipt are on disk, and a file
whose receipt is already there is only taken away. What a file holds is no concern of this module.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Receipt

LOG = logging.getLogger(__name__)
_TEMPORARY = ".receiving-"
_CHUNK = 1 << 20
SECONDS_STILL = 10  # a file whose size and times do not change for so long is no longer being written
_TOGETHER = 500  # receipts that share one flush to disk


class ArchiveDamaged(Exception):
    """The archive no longer holds what the ledger says; nothing can be rebuilt until that is repaired."""


class NotTaken(Exception):
    """A file that stays in the inbox, and why."""


@dataclass(frozen=True)
class _Copy:
    """A file of the inbox, its copy under a passing name, and the receipt it will get."""

    path: Path
    temporary: Path
    receipt: Receipt


def receive(home: Home, now: datetime, only: Collection[str] | None = None) -> list[Receipt]:
    """Archive the files of the inbox in the order (modification time, name); the new receipts.

    `only`: the fingerprints of the files to take; what has another, or changed since, stays for the next time.
    """
    for left_over in home.archive.glob(_TEMPORARY + "*"):
        left_over.unlink()
    received = receipts.read(home.receipts).received
    known = {_identity(receipt) for receipt in received.values()}
    following = max(received, default=0) + 1
    new: list[Receipt] = []
    for name in unread(home):
        LOG.warning("Wordt niet gelezen: %r in de inbox is een map of koppeling, geen bestand.", name)
    waiting = (path for path in inbox_files(home) if only is None or fingerprint(path) in only)
    while names := list(islice(waiting, _TOGETHER)):
        new += _receive_some(home, names, now, known, following + len(new))
    return new


def inbox_files(home: Home) -> list[Path]:
    """The deliveries waiting in the inbox and in the folders of known organisations in it, oldest first."""
    return _look_into_inbox(home)[0]


def unread(home: Home) -> list[str]:
    """What lies in the inbox and is not read: folders of nobody that we know, folders in folders, and links."""
    return _look_into_inbox(home)[1] if home.inbox.exists() else []


def sender(file_name: str) -> str:
    """The organisation in whose folder of the inbox a file lay; '' where it lay in none."""
    return file_name.rpartition("/")[0]


def _look_into_inbox(home: Home) -> tuple[list[Path], list[str]]:
    files, others = _entries(home.inbox)
    unread = [entry.name for entry in others if not entry.is_dir(follow_symlinks=False)]
    folders = [entry for entry in others if entry.is_dir(follow_symlinks=False)]
    # only a folder can ask for the list, which an organisation may be new on
    known = {line["organisation_id"] for line in reference_list(home, "organisations")} if folders else set()
    for folder in folders:
        within, deeper = _entries(Path(folder.path))
        if folder.name in known:
            files += within
            unread += [f"{folder.name}/{entry.name}" for entry in deeper]
        elif within or deeper:
            unread.append(folder.name)
    return [path for _, _, path in sorted(files)], sorted(map(readable_name, unread))


def _entries(folder: Path) -> tuple[list[tuple[int, str, Path]], list[os.DirEntry[str]]]:
    """The files of a folder, with what they are ordered by, and its folders and links. What is ignored is neither."""
    files: list[tuple[int, str, Path]] = []
    others: list[os.DirEntry[str]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_ignored(entry.name):
                    continue
                if entry.is_symlink() or entry.is_dir(follow_symlinks=False):
                    others.append(entry)
                elif entry.is_file(follow_symlinks=False):
                    modified = entry.stat(follow_symlinks=False).st_mtime_ns
                    files.append((modified, entry.name, Path(entry.path)))
    except FileNotFoundError:  # emptied and taken away in the meantime
        pass
    return files, others


def settled(home: Home, seconds: float = SECONDS_STILL) -> list[str]:
    """The fingerprints of the files in the inbox that stand still: looks, waits, and looks again."""
    before = [fingerprint(path) for path in inbox_files(home)]
    if not before:
        return []
    time.sleep(seconds)
    now = {fingerprint(path) for path in inbox_files(home)}
    return [one for one in before if one in now and one]


def fingerprint(path: Path) -> str:
    """Name, size and times of a file in one word; '' when it is gone."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return ""
    facts = (os.fsencode(path.name), state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return hashlib.sha256(repr(facts).encode("ascii")).hexdigest()


def is_ignored(name: str) -> bool:
    """Hidden files and Excel's lock files are no deliveries."""
    return name.startswith((".", "~$"))


def readable_name(name: str) -> str:
    """A file name as valid text, whatever bytes the file system holds."""
    return os.fsencode(name).decode("utf-8", "replace")


def _receive_some(
    home: Home, paths: list[Path], now: datetime, known: set[tuple[object, ...]], following: int
) -> list[Receipt]:
    """Copy, flush, write the receipts, and only then empty the inbox."""
    copies = list(_copies(home, paths, now))
    new = [copy for copy in copies if _identity(copy.receipt) not in known]
    receipts_of = [replace(copy.receipt, receipt=number) for number, copy in enumerate(new, following)]
    _keep(home, copies)
    receipts.append(home.receipts, receipts_of)
    for copy in copies:
        _take_away(copy)
    return receipts_of


def _copies(home: Home, paths: list[Path], now: datetime) -> Iterator[_Copy]:
    for number, path in enumerate(paths):
        try:
            yield _copy(home, path, home.archive / f"{_TEMPORARY}{number}", now)
        except NotTaken as reason:
            LOG.warning("Blijft in de inbox staan: %r (%s).", readable_name(path.name), reason)


def _copy(home: Home, path: Path, temporary: Path, now: datetime) -> _Copy:
    """A copy of the file in the archive under a passing name, with the receipt it will get (without number)."""
    source = _open(path)
    try:
        before = os.fstat(source)
        sha256 = _stream(source, temporary)
        if _state(os.fstat(source)) != _state(before):
            raise NotTaken("het bestand wordt nog geschreven")
    finally:
        os.close(source)
    receipt = Receipt(
        receipt=0,
        sha256=sha256,
        archived_as=f"{sha256[:2]}/{sha256}{_extension(path.name)}",
        file_name=readable_name(path.relative_to(home.inbox).as_posix()),
        size_bytes=before.st_size,
        modified_ns=before.st_mtime_ns,
        changed_ns=before.st_ctime_ns,
        inode=before.st_ino,
        landed_at=now.astimezone(UTC).isoformat(),
    )
    return _Copy(path, temporary, receipt)


def _open(path: Path) -> int:
    """A descriptor on a regular file: never through a link, never waiting on a pipe."""
    try:
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as problem:
        raise NotTaken(f"niet te openen: {problem.strerror}") from problem
    if not stat.S_ISREG(os.fstat(source).st_mode):
        os.close(source)
        raise NotTaken("geen gewoon bestand")
    return source


def _stream(source: int, target: Path) -> str:
    """Copy in small pieces; the sha256 of what was copied."""
    digest = hashlib.sha256()
    with target.open("wb") as copy:
        while piece := _read(source):
            digest.update(piece)
            if piece.count(0) == len(piece):
                copy.seek(len(piece), os.SEEK_CUR)  # a hole stays a hole: 2 GB of nothing takes no disk
            else:
                copy.write(piece)
        copy.truncate()
        os.fchmod(copy.fileno(), 0o444)
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _read(source: int) -> bytes:
    try:
        return os.read(source, _CHUNK)
    except OSError as problem:
        raise NotTaken(f"niet te lezen: {problem.strerror}") from problem


def _keep(home: Home, copies: list[_Copy]) -> None:
    """Give the copies their lasting names, and return when all of it is on disk."""
    for copy in copies:
        # all at once at the end: flushing each file as it comes is many times slower
        _flush(copy.temporary)
    for copy in copies:
        target = home.archive / copy.receipt.archived_as
        target.parent.mkdir(exist_ok=True)
        copy.temporary.replace(target)
    for folder in {(home.archive / copy.receipt.archived_as).parent for copy in copies} | {home.archive}:
        receipts.sync_folder(folder)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _take_away(copy: _Copy) -> None:
    """Remove the file from the inbox, unless another has taken its place since it was copied."""
    receipt = copy.receipt
    try:
        now_there = copy.path.lstat()
        if (now_there.st_ino, *_state(now_there)) == (receipt.inode, receipt.size_bytes, receipt.modified_ns):
            copy.path.unlink()
    except FileNotFoundError:
        return
    except OSError as problem:
        LOG.warning("Niet uit de inbox te halen: %r (%s).", receipt.file_name, problem.strerror)


def _state(state: os.stat_result) -> tuple[int, int]:
    return state.st_size, state.st_mtime_ns


def _identity(receipt: Receipt) -> tuple[object, ...]:
    """The same for a file met again after a crash; the change time tells a reused inode apart."""
    times = (receipt.modified_ns, receipt.changed_ns)
    return receipt.sha256, receipt.file_name, receipt.size_bytes, receipt.inode, *times


def _extension(name: str) -> str:
    extension = os.path.splitext(name)[1].lower()
    return extension if re.fullmatch(r"\.[a-z0-9]{1,8}", extension) else ""
