"""`werkmonitor ui`: Dagster's web server and daemon on one home, and the code server that both ask, as one.

One code server: left to themselves, web server and daemon each load the definitions, and the daemon once more every
minute. Runs are its children, so that they can be stopped with it.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestration import transforming
from orchestration.home.interrupts import SIGNALS
from orchestration.home.paths import REPOSITORY, Home
from orchestration.running.dagster_private import code_server_answers
from orchestration.running.instance import LOCATION, LOCATION_MODULE, open_instance

log = logging.getLogger(__name__)
CODE_SERVER = "De codeserver"
BIN = Path(sys.executable).parent
WORKSPACE = """\
load_from:
  - grpc_server: {{socket: "{socket}", location_name: {location}}}
"""
SECONDS_TO_START = 180
SECONDS_TO_STOP = 30
Processes = dict[str, subprocess.Popen[bytes]]


class NotServed(Exception):
    """The web interface could not start, or stopped by itself; says why, in Dutch."""


def serve(home: Home, host: str, port: int) -> None:
    """Serve until somebody stops it (Ctrl-C, or a polite kill). What becomes of a run then: docs/operations.md.

    Raises:
        NotServed: the port is taken, or one of the three did not start or stopped by itself.
    """
    _require_free(host, port)
    with open_instance(home):
        transforming.manifest_path(home)  # parsed once, for all processes
    with _stopping_politely(), _started(home, host, port) as processes:
        log.info("Open http://%s:%s in uw browser. Stoppen: Ctrl-C.", host, port)
        while not _stopped(processes):
            time.sleep(0.5)
        raise NotServed(f"{', '.join(_stopped(processes))} is vanzelf gestopt; zie {_output(home)}.")


@contextmanager
def _started(home: Home, host: str, port: int) -> Iterator[Processes]:
    """All three, answering."""
    log.info("De webinterface start; dat duurt even.")
    processes: Processes = {}
    # not in the home: the path of a socket has at most 107 characters
    with tempfile.TemporaryDirectory(prefix="werkmonitor-") as folder:
        code, workspace = Path(folder) / "code", Path(folder) / "workspace.yaml"
        workspace.write_text(WORKSPACE.format(socket=code, location=LOCATION), encoding="utf-8")
        try:
            for name, command in _commands(host, port, code, workspace).items():
                processes[name] = _start(home, command)
                if name == CODE_SERVER:
                    _wait_until(lambda: code_server_answers(code), home, processes)
            _wait_until(lambda: _web_answers(host, port), home, processes)
            yield processes
        finally:
            _stop(processes)


def _commands(host: str, port: int, code: Path, workspace: Path) -> dict[str, list[str]]:
    # every look of a sensor is in the web interface: not also in the log, which would grow without end
    quiet = ["warning", "--code-server-log-level", "warning", "--workspace", str(workspace)]
    ours = ["--module-name", LOCATION_MODULE, "--socket", str(code), "--log-level", "warning"]
    return {
        CODE_SERVER: ["dagster", "api", "grpc", *ours],
        "De daemon": ["dagster-daemon", "run", "--log-level", *quiet],
        "De webserver": ["dagster-webserver", "--host", host, "--port", str(port), "--dagster-log-level", *quiet],
    }


def _start(home: Home, command: Sequence[str]) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
    with _output(home).open("ab") as output:
        return subprocess.Popen(
            [sys.executable, str(BIN / command[0]), *command[1:]],
            env={**os.environ, "WERKMONITOR_HOME": str(home.root), "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us, who stop them politely
        )


def _stop(processes: Processes) -> None:
    """The last first, so that nothing starts a run any more when the code server is stopped, with its runs."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}  # no second Ctrl-C leaves half of it
    log.info("De webinterface stopt; een run die bezig is, wordt afgebroken.")
    for process in reversed(processes.values()):
        _signal_all(process, signal.SIGTERM)
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            _signal_all(process, signal.SIGKILL)
            process.wait()
    for number, handler in before.items():
        signal.signal(number, handler)


def _signal_all(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Also what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _wait_until(answers: Callable[[], bool], home: Home, processes: Processes) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers():
        if _stopped(processes) or time.monotonic() > deadline:
            raise NotServed(f"De webinterface is niet gestart; zie {_output(home)}.")
        time.sleep(0.3)


def _output(home: Home) -> Path:
    return home.logs / "dagster.log"


def _web_answers(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/server_info", timeout=5):
            return True
    except OSError:
        return False


def _stopped(processes: Processes) -> list[str]:
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
