"""Runs the command line as its users do: another process, a home folder, an exit status."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner

from orchestration.home.paths import SAMPLE_DELIVERIES, Home

FORKSERVER = multiprocessing.get_context("forkserver")
FORKSERVER.set_forkserver_preload(
    ["orchestration.definitions.execution", "orchestration.quality.door.incoming", "orchestration.quality.outgoing"]
)
WERKMONITOR = Path(sys.executable).with_name("werkmonitor")
# deliveries in force, and a total that the marts must agree on
CONSISTENT = """
    select (select deliveries_in_force from marts.published_state),
           (select sum(clients_active) from marts.national_quarterly),
           (select sum(clients_active) from marts.organisation_quarterly)
"""
Marts = dict[str, list[tuple[Any, ...]]]


def environment(home: Home, **extra: str) -> dict[str, str]:
    """This process's environment, pointed at the home."""
    return {**os.environ, "WERKMONITOR_HOME": str(home.root), **extra}


class Running:
    """Work for a home in another process, forked from one that has imported everything already.

    As much a process as a shell would start (it may be killed), without the seconds of CPU that imports take.
    """

    def __init__(self, home: Home, work: Callable[[], object], extra: dict[str, str]) -> None:
        self._output = home.root.with_name(f"{home.root.name}-{uuid.uuid4().hex}.txt")
        arguments = (work, environment(home, **extra), str(self._output))
        self._process = FORKSERVER.Process(target=_work_elsewhere, args=arguments)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        return self._process.exitcode

    def output(self) -> str:
        """What it has printed so far, on both its streams."""
        return self._output.read_text(encoding="utf-8") if self._output.exists() else ""

    def wait_for(self, line: str) -> None:
        """Wait until it has printed this."""
        while line not in self.output():
            assert self.poll() is None, self.output()
            time.sleep(0.01)

    def interrupt(self) -> None:
        """As Ctrl-C."""
        os.kill(self.pid, signal.SIGINT)

    def kill(self) -> None:
        """As `kill -9`: no chance to clean up."""
        self._process.kill()
        self._process.join()

    def wait(self, timeout: float = 600) -> str:
        """Wait for its end; all that it printed."""
        self._process.join(timeout)
        assert self._process.exitcode is not None, f"still running after {timeout} s: {self.output()}"
        return self.output()

    def end_well(self) -> str:
        """Wait for its end, exit status 0; all that it printed."""
        output = self.wait()
        assert self.returncode == 0, output
        return output


def _work_elsewhere(work: Callable[[], object], environment: dict[str, str], output: str) -> None:
    """What the forked process does: the work, both its streams in one file."""
    os.environ.clear()
    os.environ.update(environment)
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    work()


def command_line(*arguments: str) -> None:
    """The command with these arguments, as its entry point runs it."""
    sys.argv = ["werkmonitor", *arguments]
    from orchestration.cli import main

    main()


def leaving_out_data_tests(work: Callable[[], object]) -> object:
    """Do the work with dbt's data tests left out: as the fixture `without_data_tests`, in a process of its own."""
    from orchestration import transforming

    transforming.NOT_IN_A_RUN = (*transforming.NOT_IN_A_RUN, "--exclude-resource-type", "test")
    return work()


def start(home: Home, *arguments: str, **extra: str) -> Running:
    """Start a command and go on."""
    return Running(home, partial(command_line, *arguments), extra)


def start_untested(home: Home, *arguments: str) -> Running:
    """As `start`, with dbt's data tests left out, which take as long as the models: they are not the question."""
    return Running(home, partial(leaving_out_data_tests, partial(command_line, *arguments)), {})


def werkmonitor_here(home: Home, *arguments: str, expect: int = 0, **extra: str) -> str:
    """Run a command to its end in this process; what it printed. Always the expected exit status."""
    from orchestration.cli import app

    result = CliRunner().invoke(app, list(arguments), env=environment(home, **extra))
    assert result.exit_code == expect, result.output
    return result.output


def deliver(home: Home, content: str, name: str, modified: float | None = None) -> Path:
    """Put a delivery in the inbox, by rename as a careful sender does."""
    arriving = home.inbox / f".{name}"
    arriving.write_text(content, encoding="utf-8")
    if modified is not None:
        os.utime(arriving, (modified, modified))
    return arriving.rename(home.inbox / name)


def deliver_sample(home: Home, quarters: Sequence[str], organisations: int) -> list[Path]:
    """Put some of the sample in the inbox: the first so many organisations of these quarters."""
    placed = []
    for quarter in quarters:
        for path in sorted((SAMPLE_DELIVERIES / quarter).glob("*.csv"))[:organisations]:
            placed.append(Path(shutil.copy2(path, home.inbox / f"{quarter}_{path.name}")))
    return placed


def sample_contents() -> list[tuple[str, str]]:
    """Name and content of the sample's deliveries of one quarter."""
    paths = sorted((SAMPLE_DELIVERIES / "2025-Q1").glob("*.csv"))
    return [(path.name, path.read_text(encoding="utf-8")) for path in paths]


# what a file is called, when it landed and which version it is: that differs where the numbers do not
OF_THE_FILE = {
    "findings": """
        select * exclude (receipt, file_name, landed_at) from marts.findings
        where file_status = 'accepted' and level = 'warning'
    """,
    "delivery_status": "select * exclude (version) from marts.delivery_status",
}


def published_marts(path: Path) -> Marts:
    """Every row of every published mart, save what says when it was built or how its files came in."""
    with duckdb.connect(str(path), read_only=True) as connection:
        query = "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        tables = connection.execute(query).fetchall()
        return {
            table: connection.execute(f"from ({OF_THE_FILE.get(table, f'from marts.{table}')}) order by all").fetchall()
            for (table,) in tables
            if table != "published_state"
        }
