"""`werkmonitor ui`: Dagster's web server and daemon on one home, started and stopped together."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration import transforming
from orchestration.definitions.instance import open_instance
from orchestration.home import REPOSITORY, Home

log = logging.getLogger(__name__)
BIN = Path(sys.executable).parent
SECONDS_TO_START = 120
SECONDS_TO_STOP = 30


class NotServed(Exception):
    """The web interface could not start, or stopped by itself; says why, in Dutch."""


def serve(home: Home, host: str, port: int) -> None:
    """Serve until somebody stops it (Ctrl-C, or a polite kill). What becomes of a run then: docs/operations.md.

    Raises:
        NotServed: the port is taken, or one of the two stopped by itself.
    """
    _require_free(host, port)
    with open_instance(home):
        transforming.manifest_path(home)  # parsed once, for all processes
    with _stopping_politely(), _started(home, host, port) as processes:
        log.info("De webinterface start; dat duurt even.")
        _wait_until_it_answers(host, port, processes)
        log.info("Open http://%s:%s in uw browser. Stoppen: Ctrl-C.", host, port)
        while not _stopped(processes):
            time.sleep(0.5)
        raise NotServed(f"{', '.join(_stopped(processes))} is vanzelf gestopt; zie {home.logs / 'dagster.log'}.")


@contextmanager
def _started(home: Home, host: str, port: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    # every look of a sensor is in the web interface: not also in the log, which would grow without end
    quiet = ["warning", "--code-server-log-level", "warning", "--workspace", str(home.dagster / "workspace.yaml")]
    commands = {
        "De webserver": ["dagster-webserver", "--host", host, "--port", str(port), "--dagster-log-level", *quiet],
        "De daemon": ["dagster-daemon", "run", "--log-level", *quiet],
    }
    path = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "WERKMONITOR_HOME": str(home.root), "PYTHONPATH": path}
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with (home.logs / "dagster.log").open("ab") as output:
        try:
            for name, command in commands.items():
                processes[name] = subprocess.Popen(
                    [sys.executable, str(BIN / command[0]), *command[1:]],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is for us, who stop them politely
                )
            yield processes
        finally:
            _stop(processes)


def _stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(host: str, port: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and not _stopped(processes):
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/server_info", timeout=5):
                return
        except OSError:
            time.sleep(0.3)


def _stopped(processes: dict[str, subprocess.Popen[bytes]]) -> list[str]:
    return [name for name, process in processes.items() if process.poll() is not None]


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise NotServed(
                f"Poort {port} op {host} is niet vrij ({problem.strerror}); kies een andere met --port."
            ) from None


@contextmanager
def _stopping_politely() -> Iterator[None]:
    """Make a polite kill (systemd, docker) the same as Ctrl-C, and either one a normal end."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        log.info("Gestopt.")
    finally:
        signal.signal(signal.SIGTERM, before)
