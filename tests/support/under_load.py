"""`python -m tests.support.under_load COMMAND…`: runs a command while other processes keep every core busy, twice over.

A test that waits for something by the clock fails here, long before it does in a colleague's fresh clone.
"""

from __future__ import annotations

import os
import subprocess
import sys

BUSY = "while True: sum(range(100_000))"


def main() -> int:
    """The command's exit status; the load ends with it."""
    load = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        return subprocess.call(sys.argv[1:])
    finally:
        for process in load:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
