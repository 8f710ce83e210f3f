"""Ctrl-C reaches the work, also when it comes at an awkward moment, and leaves everything as it was."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import weakref

import pytest

from orchestration.home.interrupts import interruptible


def test_a_polite_kill_is_a_keyboard_interrupt_and_the_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM), sys.unraisablehook
    with pytest.raises(KeyboardInterrupt), interruptible():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    assert (signal.getsignal(signal.SIGTERM), sys.unraisablehook) == before


def test_an_interrupt_that_comes_during_garbage_collection_is_not_lost() -> None:
    class Node:
        myself: Node

    node = Node()
    node.myself = node
    reference = weakref.ref(node, lambda _: os.kill(os.getpid(), signal.SIGINT))
    del node
    with pytest.raises(KeyboardInterrupt), interruptible() as received:
        gc.collect()
        time.sleep(60)  # what the work waits for; only the signal that is sent again ends it
    assert reference() is None
    # how often it is sent depends on how long the collection takes: each time that it is lost again
    assert len(received) > 1
    assert set(received) == {signal.SIGINT}


def test_what_the_work_swallows_is_still_known_afterwards() -> None:
    with interruptible() as received:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)
        except KeyboardInterrupt:
            pass
    assert received == [signal.SIGINT]
