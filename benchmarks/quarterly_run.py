"""`werkmonitor run` over an inbox with the full sample, against a bare `dbt build` on the same cells.

Prints the seconds of every pair, the median ratio and the run's peak memory; judges nothing. `make bench`.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from orchestration.home.paths import DBT_PROJECT, REPOSITORY, Home
from orchestration.running import demonstration

TIMES = 5
BIN = Path(sys.executable).parent


def main() -> None:
    """Time the pairs in turn, so that a machine that slows down slows both."""
    with tempfile.TemporaryDirectory() as folder:
        run_once(Home(Path(folder) / "warm-up").create())
        pairs = []
        for number in range(TIMES):
            home = Home(Path(folder) / f"home-{number}").create()
            seconds = run_once(home), build_once(home, Path(folder))
            pairs.append(seconds)
            print(f"werkmonitor run {seconds[0]:6.1f} s   dbt build {seconds[1]:6.1f} s   ratio {ratio(seconds):.2f}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"median ratio {statistics.median(map(ratio, pairs)):.2f}, peak memory of a process {peak:.0f} MB")


def ratio(seconds: tuple[float, float]) -> float:
    """The run's seconds over the build's."""
    return seconds[0] / seconds[1]


def run_once(home: Home) -> float:
    """Seconds of a run on a home that has received nothing yet; the inbox holds the whole sample."""
    demonstration.fill_inbox(home)
    return timed([str(BIN / "werkmonitor"), "run"], home)


def build_once(home: Home, folder: Path) -> float:
    """Seconds of dbt alone on the warehouse that the run filled, models dropped, parsed afresh as the run did."""
    bare = Home(folder / "bare")
    shutil.rmtree(bare.root, ignore_errors=True)
    bare.root.mkdir()
    shutil.copy(home.warehouse, bare.warehouse)
    profiles = bare.root / "profiles"
    profiles.mkdir()
    shutil.copy(REPOSITORY / "profiles.yml.example", profiles / "profiles.yml")
    paths = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(profiles), "--target-path", str(bare.root / "t")]
    return timed([str(BIN / "dbt"), "build", "--quiet", *paths, "--log-path", str(bare.root / "logs")], bare)


def timed(command: Sequence[str], home: Home) -> float:
    """Wall seconds of a command on this home; it must succeed."""
    started = time.perf_counter()
    environment = {**os.environ, "WERKMONITOR_HOME": str(home.root)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
