"""`werkmonitor run` on the full sample, against the same command with its job called in a straight line, no Dagster.

What Dagster adds is its import, the parts it is put together from, and its event log. A machine's pace varies by more
than that from minute to minute. So the two take turns of some hundredths of a second until both have ended: what slows
the one slows the other. Their difference still varies by a second or so from pair to pair. Fails when the median of the
processor seconds added is over the target. `make bench`.
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

from orchestration import cli, transforming
from orchestration.closing import years as closing
from orchestration.feedback import writing
from orchestration.home.lock import write_claim
from orchestration.home.paths import Home
from orchestration.home.settings import Settings
from orchestration.landing.land import land
from orchestration.landing.raw import run_context
from orchestration.ledger import receipts
from orchestration.publishing import published_file
from orchestration.quality import across_quarters, outgoing
from orchestration.reporting import standing
from orchestration.running import demonstration, notices

PAIRS = 3
TURN = 0.05  # seconds
TARGET = 6.0  # seconds
QUARTER = demonstration.newest_quarter()
WITH = [str(Path(sys.executable).with_name("werkmonitor")), "run", "--quarter", QUARTER]
WITHOUT = [sys.executable, "-m", "benchmarks.dagster_overhead", "run", "--quarter", QUARTER]


def main() -> None:
    """Run the pairs, after one run that warms the disk's cache."""
    with tempfile.TemporaryDirectory() as folder:
        in_turns([start(WITH, Path(folder) / "warm-up")])
        added = [pair(Path(folder) / str(number)) for number in range(PAIRS)]
    print(f"median added: {statistics.median(added):.1f} s; at most {TARGET:.0f} s asked")
    sys.exit(statistics.median(added) > TARGET)


def pair(folder: Path) -> float:
    """The processor seconds that Dagster adds."""
    taken, without = in_turns([start(WITH, folder / "with"), start(WITHOUT, folder / "without")])
    print(f"with Dagster {taken:5.1f} s, without {without:5.1f} s, added {taken - without:4.1f} s", flush=True)
    return taken - without


def start(command: list[str], root: Path) -> int:
    """Begin a command on a fresh home with the whole sample in its inbox, and stop it at once; its process."""
    home = Home(root).create()
    demonstration.fill_inbox(home)
    process = os.posix_spawn(
        command[0],
        command,
        {**os.environ, "WERKMONITOR_HOME": str(root)},
        file_actions=[(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)],
    )
    os.kill(process, signal.SIGSTOP)
    return process


def in_turns(processes: list[int]) -> list[float]:
    """Let processes go on in turns until all have ended well: the processor seconds of each, user and system."""
    taken: dict[int, float] = {}
    try:
        while going := [process for process in processes if process not in taken]:
            for process in going:
                os.kill(process, signal.SIGCONT)
                time.sleep(TURN)
                ended, status, used = os.wait4(process, os.WNOHANG)
                if ended:
                    taken[process] = used.ru_utime + used.ru_stime
                    assert status == 0, f"ended with {status}"
                else:
                    os.kill(process, signal.SIGSTOP)
    finally:  # when one fails, or somebody stops us, the other would stand still for ever
        for process in set(processes) - set(taken):
            os.kill(process, signal.SIGKILL)
    return [taken[process] for process in processes]


def straight(home: Home, _job: str, quarter: str, _config: object = None) -> None:
    """What the assets and checks of a quarterly run call, in their order, with nothing in between."""
    settings = Settings()
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


def without_dagster() -> None:
    """The command line as it is, with the straight line in the place of the job."""
    jobs, execution = (ModuleType(f"orchestration.definitions.{name}") for name in ("jobs", "execution"))
    vars(jobs).update(QUARTERLY_RUN="quarterly_run")
    vars(execution).update(run_job=straight, JobFailed=type("JobFailed", (Exception,), {}))
    sys.modules.update({module.__name__: module for module in (jobs, execution)})
    cli.entry()


if __name__ == "__main__":
    without_dagster() if sys.argv[1:] else main()
