"""Reads a file in a process of its own, so that whatever the file does to its reader is done to no other file.

One child is kept and reused. What it costs to read a file is limited: memory, processor seconds and the length of the
answer, never the clock, so that a slower machine says the same. Who dies once is tried again, alone in a fresh child;
who was alone and took too much is not.
What the file itself is to blame for is a finding (E111); anything else is no verdict at all (`Unread`).
"""

from __future__ import annotations

import atexit
import errno
import json
import logging
import mmap
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from orchestration.findings.findings import Finding
from orchestration.reading import tidy
from orchestration.reading.as_sent import Table, Template
from orchestration.reading.form import editions
from orchestration.reading.form.template_reader import Place
from orchestration.reading.tidy import ReadFile, Row

LOG = logging.getLogger(__name__)
T = TypeVar("T")
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]);"
    "from orchestration.reading.worker import main; main(*json.loads(sys.argv[2]))"
)


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost; the clock only tells when to stop waiting."""

    memory_mb: int = 600
    seconds: int = 10
    answer_mb: int = 64
    clock: float = 100.0


LIMITS = Limits()


class Unread(OSError):
    """A file could not be read through no fault of its own; `strerror` says why, in Dutch."""

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


class _Died(Exception):
    """The child gave no answer."""


class _TooMuch(_Died):
    """And that is the file's own doing: `work` says what of it was too much, counted or not."""

    def __init__(self, said: str, work: str, is_counted: bool = True) -> None:
        super().__init__(said)
        self.work, self.is_counted = work, is_counted


def read(path: Path, file_name: str) -> ReadFile:
    """As `reading.read`.

    Raises:
        OSError: the file cannot be opened.
        Unread: the reader was ended from outside, or the machine has no room for it.
    """
    try:
        return _asked("read", path, file_name, _read_file)
    except _TooMuch as death:
        return tidy.refused("E111", problem=death.work)


def as_sent(path: Path) -> Template | Table | None:
    """As `as_sent.read`; None too where reading was too much. Raises as `read` does."""
    try:
        return _asked("as_sent", path, path.name, _sent)
    except _TooMuch as death:
        LOG.info("%s: %s", path.name, death)
        return None


def _asked(task: str, path: Path, name: str, understood: Callable[[dict[str, Any]], T]) -> T:
    with path.open("rb"):
        pass  # that there is no such file is for the caller
    child = _child(os.getpid())
    request = {"task": task, "path": str(path.absolute()), "name": name}
    with child.lock:
        is_alone = child.is_fresh
        try:
            return child.ask(request, understood)
        except _Died as death:
            if is_alone and isinstance(death, _TooMuch) and death.is_counted:
                raise
            LOG.info("%s: %s; opnieuw, alleen", name, death)
        try:
            return child.ask(request, understood)
        except _TooMuch:
            raise
        except _Died as death:
            raise Unread(errno.EAGAIN, f"het inlezen werd afgebroken ({death})", name) from None


@cache
def _child(_process: int) -> _Child:
    """The child of this process: what a fork inherits is not its own."""
    return _Child()


class _Child:
    """The process that reads, started when it is needed and again when it died."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self.is_fresh = True
        atexit.register(self.end)

    def ask(self, request: dict[str, str], understood: Callable[[dict[str, Any]], T]) -> T:
        """What the child says, as the caller understands it; after anything odd the child is not used again."""
        try:
            answer = json.loads(self._answer(json.dumps(request).encode() + b"\n"))
            self.is_fresh = False
            if "out_of" in answer:
                raise self._out_of(answer["out_of"])
            if "crashed" in answer:
                raise _Died(answer["crashed"])
            for said in answer.get("said", []):
                LOG.warning("%s", said)
            if "error" not in answer:
                return understood(answer)
            number, text = answer["error"]
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            self.end()
            raise _Died("een antwoord dat wij niet begrijpen") from problem
        except BaseException:
            self.end()
            raise
        raise OSError(number, text, request["path"])

    def end(self) -> None:
        """End the child, if there is one."""
        process, self._process = self._process, None
        self.is_fresh = True
        if process is not None and process.stdin and process.stdout and self._owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close()

    def _answer(self, request: bytes) -> bytes:
        process = self._process = self._process or _started()
        assert process.stdin and process.stdout
        with suppress(BrokenPipeError):
            process.stdin.write(request)
        until = time.monotonic() + LIMITS.clock
        pieces: list[bytes] = []
        length = 0
        answers = select.poll()
        answers.register(process.stdout, select.POLLIN)
        while True:
            if not answers.poll(max(0.0, until - time.monotonic()) * 1000):
                raise _Died(f"na {LIMITS.clock:.0f} seconden was het nog niet klaar")
            piece = os.read(process.stdout.fileno(), 1 << 20)
            if not piece:
                raise _death(process.wait())
            pieces.append(piece)
            length += len(piece)
            if piece.endswith(b"\n"):
                return b"".join(pieces)
            if length > LIMITS.answer_mb << 23:  # a character is four bytes at most, and may be escaped
                raise self._out_of("output")

    @staticmethod
    def _out_of(what: str) -> _Died:
        if what == "output":
            return _TooMuch("te veel uitkomsten", f"er komt meer dan {LIMITS.answer_mb} MB uit")
        if what == "memory" and _machine_has_room():
            return _TooMuch("te veel geheugen", f"het lezen kost meer dan {LIMITS.memory_mb} MB geheugen")
        return _Died("te weinig geheugen op deze machine")


def _started() -> subprocess.Popen[bytes]:
    limits = json.dumps([LIMITS.memory_mb, LIMITS.seconds, LIMITS.answer_mb])
    command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path), limits]
    try:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
    except OSError as problem:
        raise _Died(f"het leesproces startte niet: {problem.strerror}") from problem


def _death(status: int) -> _Died:
    """What an end means: by too much work, by a crash on what the file says, or from outside."""
    name = signal.Signals(-status).name if status < 0 else f"status {status}"
    if -status == signal.SIGXCPU:
        return _TooMuch(name, f"het lezen kost meer dan {LIMITS.seconds} seconden rekentijd")
    if -status in (signal.SIGABRT, signal.SIGSEGV):
        return _TooMuch(name, "het leesprogramma loopt erop vast", is_counted=False)
    return _Died(name)


def _machine_has_room() -> bool:
    try:
        mmap.mmap(-1, LIMITS.memory_mb << 20).close()
    except OSError:
        return False
    return True


def _read_file(answer: dict[str, Any]) -> ReadFile:
    organisation_id, quarter = answer["owner"]
    return ReadFile(
        rows=[Row._make(row) for row in answer["rows"]],
        findings=[Finding(**one) for one in answer["findings"]],
        places={tuple(key): place for key, place in answer["places"]},
        owner=(organisation_id, quarter),
        name=answer["name"],
        unread=[(number, tuple(words)) for number, words in answer["unread"]],
        is_template=answer["is_template"],
    )


def _sent(answer: dict[str, Any]) -> Template | Table | None:
    if "edition" in answer:
        organisation_id, quarter = answer["owner"]
        edition = editions.load(answer["edition"])
        entries = {_place(place): value for place, value in answer["entries"]}
        at = {location: _place(place) for location, place in answer["at"]}
        return Template(edition, (organisation_id, quarter), entries, at, answer["missing"])
    return Table(answer["lines"], answer["first_row"]) if "lines" in answer else None


def _place(parts: list[Any]) -> Place:
    kind, trajectory, key, row = parts
    return Place(kind, trajectory, tuple(key), row)
