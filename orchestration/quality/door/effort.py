"""What judging may cost: processor seconds of this process, never the clock, so that a slower machine says the same.

What it costs grows with what a file holds, and reading bounds that; this is for what nobody measured.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

SECONDS = 10.0  # of one file
_WITH_OTHERS = 0.1  # that a file adds in a batch: a good one takes a few thousandths
_LOOKS_EVERY = 0.1


class TooMuch(Exception):
    """It took more than it may; what was found is not used."""


def of(files: int) -> float:
    """What so many files may take together; a batch that takes more is halved until one is alone."""
    return SECONDS + _WITH_OTHERS * (files - 1)


@contextmanager
def at_most(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """End what is done on the connection when it takes more.

    Raises:
        TooMuch: it did.
    """
    until = time.process_time() + seconds
    is_over, is_done = threading.Event(), threading.Event()

    def watch() -> None:
        while not is_done.wait(_LOOKS_EVERY):
            if time.process_time() > until:
                is_over.set()
                connection.interrupt()  # each time: what was between two queries goes on to the next

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except duckdb.Error:
        if not is_over.is_set():
            raise
    finally:
        is_done.set()
        watcher.join()
    if is_over.is_set():
        raise TooMuch
