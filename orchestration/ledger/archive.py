"""The archive: takes every file out of the inbox, keeps it byte for byte by content, and writes the receipt.

Crash-safe at every point: a file leaves the inbox only after its copy and its receipt are on disk, and a file
whose receipt is already there is only taken away. What a file holds is no concern of this module.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import stat
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from orchestration.home.escaping import words
from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Receipt

LOG = logging.getLogger(__name__)
_TEMPORARY = ".receiving-"
_LONGEST = 200  # bytes of a name that get another before them
_LEAVING = ".taken-"  # what a file of the inbox is called between its receipt and its end
_CHUNK = 1 << 20
SECONDS_STILL = 10  # a file whose size and times do not change for so long is no longer being written
_TOGETHER = 500  # receipts that share one flush to disk
# what programs call a file that they are still bringing in, and what a system leaves in every folder
UNFINISHED = (".part", ".filepart", ".crdownload", ".tmp")
OF_THE_SYSTEM = ("desktop.ini", "thumbs.db")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_KEPT = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,8})?")
Say = Callable[[str], None]


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


def receive(
    home: Home, now: datetime, only: Collection[str] | None = None, after: int = 0, say: Say = LOG.warning
) -> list[Receipt]:
    """Archive the files of the inbox in the order (modification time, name); the new receipts.

    `only`: the fingerprints of the files to take; what has another, or changed since, stays for the next time.
    `after`: a number of a receipt that somebody remembers, beside those of the ledger: none is given out twice.
    `say`: is told, in Dutch, which files stay in the inbox, and why.
    """
    for left_over in home.archive.glob(_TEMPORARY + "*"):
        left_over.unlink()
    ledger = receipts.read(home.receipts)
    _sweep(home, ledger.received.values())
    known = {_identity(receipt) for receipt in ledger.received.values()}
    following = max(ledger.highest, after) + 1
    new: list[Receipt] = []
    for name in unread(home):
        LOG.warning("Wordt niet gelezen: %r in de inbox is een map of koppeling, geen bestand.", name)
    waiting = (path for path in inbox_files(home) if only is None or fingerprint(path) in only)
    while names := list(islice(waiting, _TOGETHER)):
        new += _receive_some(home, names, now, known, following + len(new), say)
    _forget_placed(home)
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
        try:
            within, deeper = _entries(Path(folder.path))
        except PermissionError:
            unread.append(folder.name)
            continue
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


def settled(home: Home, seconds: float = SECONDS_STILL, say: Say = LOG.warning) -> list[str]:
    """The fingerprints of the files in the inbox that stand still: looks, waits, and looks again.

    What we placed there ourselves needs no wait. `say` is told, in Dutch, of what moves.
    """
    before = {fingerprint(path) for path in inbox_files(home)}
    if before - _placed(home):
        time.sleep(seconds)  # by a clock that nobody puts back
    now = {fingerprint(path): path for path in inbox_files(home)}
    for moving in (path for one, path in now.items() if one not in before):
        say(f"Blijft in de inbox staan: {readable_name(moving.name)!r} (wordt nog geschreven).")
    return [one for one in now if one in before and one]


def place(home: Home, paths: Iterable[Path]) -> None:
    """Remember of files that we put in the inbox by one rename, that they are whole."""
    lines = "".join(f"{fingerprint(path)}\n" for path in paths)
    with home.placed.open("a", encoding="ascii") as file:
        file.write(lines)


def listing(home: Home) -> dict[str, int]:
    """Every file that is kept, by its path below `archive/`, and its size."""
    found: dict[str, int] = {}
    for folder in sorted(home.archive.glob("[0-9a-f][0-9a-f]")):
        with os.scandir(folder) as entries:
            kept = (entry for entry in entries if _KEPT.fullmatch(entry.name) and entry.is_file())
            found |= {f"{folder.name}/{entry.name}": entry.stat().st_size for entry in kept}
    return found


def fingerprint(path: Path) -> str:
    """Name, size and times of a file in one word; '' when it is gone."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return ""
    facts = (os.fsencode(path.name), state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return hashlib.sha256(repr(facts).encode("ascii")).hexdigest()


def is_ignored(name: str) -> bool:
    """Hidden files, Excel's lock files, what is still being brought in and what a system leaves are no deliveries."""
    lower = name.lower()
    return lower.startswith((".", "~$")) or lower.endswith(UNFINISHED) or lower in OF_THE_SYSTEM


def readable_name(name: str) -> str:
    """A file name as valid text, whatever bytes the file system holds."""
    return os.fsencode(name).decode("utf-8", "replace")


def _receive_some(  # noqa: PLR0913, PLR0917
    home: Home, paths: list[Path], now: datetime, known: set[tuple[object, ...]], following: int, say: Say
) -> list[Receipt]:
    """Copy, flush, write the receipts, and only then empty the inbox."""
    copies = _keep(home, list(_copies(home, paths, now, say)), say)
    new = [copy for copy in copies if _identity(copy.receipt) not in known]
    receipts_of = [replace(copy.receipt, receipt=number) for number, copy in enumerate(new, following)]
    receipts.append(home.receipts, receipts_of)
    for copy in copies:
        _take_away(copy)
    return receipts_of


def _copies(home: Home, paths: list[Path], now: datetime, say: Say) -> Iterator[_Copy]:
    """The copies of the files that can be copied: one that cannot holds up no other."""
    for number, path in enumerate(paths):
        temporary = home.archive / f"{_TEMPORARY}{number}"
        try:
            yield _copy(home, path, temporary, now)
        except (NotTaken, OSError) as reason:
            _leave(path, temporary, reason, say)


def _leave(path: Path, temporary: Path, reason: NotTaken | OSError, say: Say) -> None:
    temporary.unlink(missing_ok=True)  # the next one may fit
    why = str(reason)
    if isinstance(reason, OSError):
        why = "de schijf is vol: maak ruimte" if reason.errno in _FULL else f"niet te bewaren: {reason.strerror}"
    say(f"Blijft in de inbox staan: {readable_name(path.name)!r} ({why}).")


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
        raise NotTaken(f"niet te openen: {words(problem)}") from problem
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
        raise NotTaken(f"niet te lezen: {words(problem)}") from problem


def _keep(home: Home, copies: list[_Copy], say: Say) -> list[_Copy]:
    """Give the copies their lasting names; those for which that went well, when all of it is on disk."""
    kept: list[_Copy] = []
    for copy in copies:
        target = home.archive / copy.receipt.archived_as
        try:
            _flush(copy.temporary)
            target.parent.mkdir(exist_ok=True)
            copy.temporary.replace(target)
        except OSError as reason:
            _leave(copy.path, copy.temporary, reason, say)
        else:
            kept.append(copy)
    for folder in {(home.archive / copy.receipt.archived_as).parent for copy in kept} | {home.archive}:
        receipts.sync_folder(folder)
    return kept


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _take_away(copy: _Copy) -> None:
    """Remove the file from the inbox, unless it was written to, or another took its place, since it was copied.

    Renamed first and looked at afterwards: under a name that nobody else uses nothing takes its place any more.
    """
    receipt = copy.receipt
    leaving = copy.path.with_name(_LEAVING + os.fsdecode(os.fsencode(copy.path.name)[-_LONGEST:]))
    try:
        copy.path.rename(leaving)
        if _is_of(leaving.lstat(), receipt):
            leaving.unlink()
        else:
            _put_back(leaving)
    except FileNotFoundError:
        return
    except OSError as problem:
        LOG.warning("Niet uit de inbox te halen: %r (%s).", receipt.file_name, words(problem))


def _sweep(home: Home, received: Iterable[Receipt]) -> None:
    """End what a crash left halfway: a file whose receipt is there goes, any other comes back into sight."""
    known = {(one.inode, one.size_bytes, one.modified_ns) for one in received}
    for leaving in [*home.inbox.glob(f"{_LEAVING}*"), *home.inbox.glob(f"*/{_LEAVING}*")]:
        state = leaving.lstat()
        if (state.st_ino, *_state(state)) in known:
            leaving.unlink()
        else:
            _put_back(leaving)


def _put_back(leaving: Path) -> None:
    """Give a file its own name again; a new file that took it meanwhile keeps it, and this one gets a number."""
    name = leaving.name.removeprefix(_LEAVING)
    for number in count(1):
        stem, extension = os.path.splitext(name)
        target = leaving.with_name(f"{stem}-{number}{extension}" if number > 1 else name)
        if os.path.lexists(target):
            continue
        try:
            os.link(leaving, target, follow_symlinks=False)  # overwrites nothing
            leaving.unlink()
        except FileExistsError:
            continue
        except OSError:  # a share that knows no links
            leaving.rename(target)
        return


def _is_of(state: os.stat_result, receipt: Receipt) -> bool:
    """Whether this is the very file that got the receipt, as it was then."""
    return (state.st_ino, *_state(state)) == (receipt.inode, receipt.size_bytes, receipt.modified_ns)


def _placed(home: Home) -> set[str]:
    return set(home.placed.read_text(encoding="ascii").split()) if home.placed.exists() else set()


def _forget_placed(home: Home) -> None:
    """What was placed and is taken needs no remembering."""
    if not inbox_files(home):
        home.placed.unlink(missing_ok=True)


def _state(state: os.stat_result) -> tuple[int, int]:
    return state.st_size, state.st_mtime_ns


def _identity(receipt: Receipt) -> tuple[object, ...]:
    """The same for a file met again after a crash; the change time tells a reused inode apart."""
    times = (receipt.modified_ns, receipt.changed_ns)
    return receipt.sha256, receipt.file_name, receipt.size_bytes, receipt.inode, *times


def _extension(name: str) -> str:
    extension = os.path.splitext(name)[1].lower()
    return extension if re.fullmatch(r"\.[a-z0-9]{1,8}", extension) else ""
