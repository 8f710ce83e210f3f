"""Runs the command line as its users do: another process, a home folder, an exit status."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner

from orchestration.home import SAMPLE_DELIVERIES, Home

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


def start(home: Home, *arguments: str, **extra: str) -> subprocess.Popen[str]:
    """Start a command and go on; both its streams can be read as one."""
    return subprocess.Popen(
        [str(WERKMONITOR), *arguments],
        env=environment(home, **extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def werkmonitor(home: Home, *arguments: str, expect: int = 0, **extra: str) -> str:
    """Run a command to its end; what it printed. Never a traceback, always the expected exit status."""
    process = start(home, *arguments, **extra)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == expect, output
    assert "Traceback" not in output, output
    return output


def werkmonitor_here(home: Home, *arguments: str, expect: int = 0, **extra: str) -> str:
    """As `werkmonitor`, in this process: the same command, without the seconds that another process imports for."""
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


def published_marts(path: Path) -> Marts:
    """Every row of every published mart, save the one that says when it was built."""
    with duckdb.connect(str(path), read_only=True) as connection:
        query = "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        tables = connection.execute(query).fetchall()
        return {
            table: connection.execute(f"from marts.{table} order by all").fetchall()
            for (table,) in tables
            if table != "published_state"
        }
