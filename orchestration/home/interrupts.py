"""Ctrl-C for work that others do in this process: dbt stops its queries on a KeyboardInterrupt, and on nothing else.

Dagster raises an exception of its own instead, after which a query would go on while the claim is given up.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[list[int]]:
    """Make Ctrl-C and a polite kill a KeyboardInterrupt; yields the signals that came, whatever became of them.

    A signal that comes while Python collects garbage raises where nobody can catch it: it is sent again, until it is
    caught. Without that a query would go on to its end, minutes perhaps, before `received` is looked at.
    """
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received  # no other thread may handle signals
        return

    def interrupt(number: int, _frame: FrameType | None) -> NoReturn:
        received.append(number)
        raise KeyboardInterrupt

    def send_again(lost: sys.UnraisableHookArgs) -> None:
        if isinstance(lost.exc_value, KeyboardInterrupt):
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        else:
            sys.__unraisablehook__(lost)

    before = {number: signal.signal(number, interrupt) for number in SIGNALS}
    hook, sys.unraisablehook = sys.unraisablehook, send_again
    try:
        yield received
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
