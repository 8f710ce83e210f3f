"""The process in which a file is read: one after another, each within limits, answering in JSON.

It does what it is asked and knows nothing of verdicts: what its death means is for `apart`. It dies with its parent.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from orchestration.reading import as_sent, reading

Answer = dict[str, Any]
_LONGEST = 1_000  # characters of a line for the log
_LOOKS_EVERY = 0.5  # seconds, for its parent; no verdict depends on it


def main(memory_mb: int, seconds: int, answer_mb: int) -> None:
    """Answer what comes in on standard input until that ends."""
    parent = os.getppid()
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it ends this process too
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    is_ours = _limit(resource.RLIMIT_DATA, memory_mb << 20)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while line := requests.readline():
        _allow(seconds)
        answers.write(_sent(_answered(json.loads(line), is_ours), answer_mb << 20))
        answers.flush()


def _answered(request: Answer, is_ours: bool) -> Answer:
    said: list[str] = []
    try:
        with _told(said):
            return {**_TASKS[request["task"]](Path(request["path"]), request["name"]), "said": said}
    except MemoryError:
        return {"out_of": "memory" if is_ours else "machine"}
    except OSError as problem:
        return {"error": [problem.errno, problem.strerror]}
    except Exception as problem:
        return {"crashed": repr(problem)[:_LONGEST]}


@contextmanager
def _told(said: list[str]) -> Iterator[None]:
    """What is logged meanwhile is for the parent's log."""
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage()[:_LONGEST])  # type: ignore[method-assign]
    logging.root.addHandler(handler)
    try:
        yield
    finally:
        logging.root.removeHandler(handler)


def _read(path: Path, name: str) -> Answer:
    file = reading.read(path, name)
    return {
        "rows": file.rows,
        "findings": [asdict(one) for one in file.findings],
        "places": list(file.places.items()),
        "owner": file.owner,
        "name": file.name,
        "unread": file.unread,
        "is_template": file.is_template,
    }


def _as_sent(path: Path, _name: str) -> Answer:
    sent = as_sent.read(path)
    if isinstance(sent, as_sent.Template):
        parts = {"entries": list(sent.entries.items()), "at": list(sent.at.items()), "missing": sent.missing}
        return {"edition": sent.edition.edition, "owner": sent.owner, **parts}
    return {"lines": sent.lines, "first_row": sent.first_row} if sent else {}


_TASKS: dict[str, Callable[[Path, str], Answer]] = {"read": _read, "as_sent": _as_sent}


def _sent(answer: Answer, most: int) -> bytes:
    """The answer as a line. One that is too long is not even made: a text may be repeated in every cell."""
    try:
        is_too_long = _length(answer) > most
        text = json.dumps({"out_of": "output"} if is_too_long else answer, ensure_ascii=False)
        return text.encode(errors="backslashreplace") + b"\n"  # half a character, of a name, is written as JSON does
    except MemoryError:
        return b'{"out_of": "memory"}\n'


def _length(answer: Answer) -> int:
    """The characters of the parts that grow with the file; findings quote no more than a few."""
    keyed = (*answer.get("places", []), *((words, number) for number, words in answer.get("unread", [])))
    lists = [*answer.get("rows", []), *answer.get("lines", []), *(words for words, _ in keyed)]
    texts = chain(chain.from_iterable(lists), (str(value) for _, value in answer.get("entries", [])))
    return sum(map(len, texts))


def _allow(seconds: int) -> None:
    """So many processor seconds from now; more of them end this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)


def _limit(what: int, most: int) -> bool:
    """Whether the limit is ours: the machine may have set a lower one."""
    _, highest = resource.getrlimit(what)
    if highest != resource.RLIM_INFINITY and highest < most:
        return False
    resource.setrlimit(what, (most, highest))
    return True


def _die_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY)
    os._exit(1)
