"""Runs a program tied to the process that started it: gone, with all that it started, as soon as that is gone.

However that went: a `kill -9` too. The tie is a pipe of which the other holds the writing end: the system closes it.
Arguments: the number of the reading end, the program, and its arguments.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

SECONDS_TO_STOP = 30


def main() -> None:
    """Be that program."""
    tie, program = int(sys.argv[1]), sys.argv[2]
    os.set_inheritable(tie, False)
    threading.Thread(target=_end_with, args=(tie,), daemon=True).start()
    sys.argv = sys.argv[2:]
    runpy.run_path(program, run_name="__main__")


def _end_with(tie: int) -> None:
    os.read(tie, 1)  # nothing ever comes: the end does
    os.killpg(0, signal.SIGTERM)
    time.sleep(SECONDS_TO_STOP)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
