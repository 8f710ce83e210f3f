"""`werkmonitor run` on the full sample, against the same functions called in a straight line without Dagster.

What Dagster adds is its import, the parts it is put together from, and its event log. Prints the processor and the wall
seconds of each pair, the differences and their median. Whatever else the machine does only adds to a run: judged is the
least that either way took in processor seconds, and it fails when their difference is over the target. `make bench`.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from orchestration import closing, demonstration, notices, transforming
from orchestration.home import Home
from orchestration.landing import receipts, run_context
from orchestration.landing.land import land
from orchestration.lock import write_claim
from orchestration.publishing import published_file
from orchestration.quality import across_quarters, outgoing
from orchestration.quality.feedback import writing
from orchestration.reporting import standing
from orchestration.settings import Settings

PAIRS = 3
SILENT: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
TARGET = 6.0  # seconds
THROUGH_DAGSTER = [str(Path(sys.executable).with_name("werkmonitor")), "run"]
STRAIGHT = [sys.executable, "-m", "benchmarks.dagster_overhead", "straight"]


def main() -> None:
    """Time the pairs in turn, so that a machine that slows down slows both."""
    with tempfile.TemporaryDirectory() as folder:
        run_once(THROUGH_DAGSTER, Path(folder) / "warm-up")
        pairs = []
        for number in range(PAIRS):
            dagster = run_once(THROUGH_DAGSTER, Path(folder) / f"dagster-{number}")
            straight = run_once(STRAIGHT, Path(folder) / f"straight-{number}")
            pairs.append((*dagster, *straight))
            print(
                f"processor: with Dagster {dagster[0]:5.1f} s, without {straight[0]:5.1f} s, added "
                f"{dagster[0] - straight[0]:4.1f} s   wall: {dagster[1]:5.1f} s, {straight[1]:5.1f} s, added "
                f"{dagster[1] - straight[1]:4.1f} s",
                flush=True,
            )
    added = [(pair[0] - pair[2], pair[1] - pair[3]) for pair in pairs]
    cpu, wall = (statistics.median(column) for column in zip(*added, strict=True))
    least = min(pair[0] for pair in pairs) - min(pair[2] for pair in pairs)
    print(f"median added: processor {cpu:.1f} s, wall {wall:.1f} s")
    print(f"least of the one less least of the other: processor {least:.1f} s; at most {TARGET:.0f} s asked")
    sys.exit(least > TARGET)


def run_once(command: list[str], root: Path) -> tuple[float, float]:
    """Processor seconds (user and system, with all that it started) and wall seconds of a command on a fresh home."""
    home = Home(root).create()
    demonstration.fill_inbox(home)
    before, started = _processor_seconds(), time.perf_counter()
    subprocess.run(command, env={**os.environ, "WERKMONITOR_HOME": str(root)}, check=True, **SILENT)
    return _processor_seconds() - before, time.perf_counter() - started


def straight() -> None:
    """What the assets and checks of a quarterly run call, in their order, with nothing in between."""
    settings = Settings()
    home, quarter = settings.open_home(), demonstration.newest_quarter()
    with write_claim(home, "benchmark"):
        notices.tell_refused(home, land(home, settings.moment()))
        transforming.row_counts(home)
        receipts.read(home.receipts)
        run_context.write(home, settings.moment())
        list(transforming.build(home))
        transforming.row_counts(home)
        across_quarters.judge(home.warehouse)
        closing.missing_deliveries(home, quarter)
        closing.reporting_rates(home, quarter)
        candidate = published_file.stage(home)
        assert outgoing.judge(candidate, home.published).passed
        published_file.approve(home)
        published_file.release(home)
        standing.revised_years(home)
        standing.numbers(home, "national_quarterly", quarter)
        standing.numbers(home, "published_state")
        writing.write(home)
        standing.is_fresh(home, settings.today())
        standing.numbers(home, "national_quarterly", quarter)
    assert "dagster" not in sys.modules


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    straight() if sys.argv[1:] == ["straight"] else main()
