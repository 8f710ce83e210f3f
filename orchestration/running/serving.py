"""`werkmonitor ui`: Dagster's web server and daemon on one home, and the code server that both ask, as one.

One code server: left to themselves, web server and daemon each load the definitions, and the daemon once more every
minute. Runs are its children, so that they can be stopped with it.
"""

from __future__ import annotations

import logging
import os
import secrets
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
from urllib.parse import urlencode

from orchestration import transforming
from orchestration.home.escaping import in_dutch, shown
from orchestration.home.interrupts import SIGNALS
from orchestration.home.paths import REPOSITORY, Home
from orchestration.home.settings import Settings
from orchestration.running.dagster_private import code_server_answers
from orchestration.running.instance import LOCATION, LOCATION_MODULE, open_instance
from orchestration.web import tied
from orchestration.web.guard import PARAMETER

log = logging.getLogger(__name__)
CODE_SERVER, WEB_SERVER = "De codeserver", "De webserver"
THEIRS = ("DAGSTER_WEBSERVER_", "DAGSTER_DAEMON_", "DBT_", "UVICORN_", "WEB_CONCURRENCY")
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


def serve(home: Home, host: str, port: int, with_token: bool = True) -> None:
    """Serve until somebody stops it (Ctrl-C, or a polite kill). What becomes of a run then: docs/operations.md.

    Raises:
        NotServed: the port is taken, or one of the three did not start or stopped by itself.
    """
    _require_free(host, port)
    with open_instance(home):
        transforming.manifest_path(home)  # parsed once, for all processes
    token = _token(home) if with_token else None
    with _stopping_politely(), _started(home, host, port, token) as processes:
        key = f"/?{urlencode({PARAMETER: token})}" if token else ""
        log.info("Open %s%s in uw browser. Stoppen: Ctrl-C.", _address(host, port), key)
        while not _stopped(processes):
            time.sleep(0.5)
        raise NotServed(f"{', '.join(_stopped(processes))} is vanzelf gestopt; zie {_output(home)}.")


@contextmanager
def _started(home: Home, host: str, port: int, token: str | None) -> Iterator[Processes]:
    """All three, answering."""
    log.info("De webinterface start; dat duurt even.")
    processes: Processes = {}
    tie, ours = os.pipe()  # when this process is gone, however, ours is closed, and they are gone too
    # not in the home: the path of a socket has at most 107 characters
    with tempfile.TemporaryDirectory(prefix="werkmonitor-") as folder:
        code, workspace = Path(folder) / "code", Path(folder) / "workspace.yaml"
        workspace.write_text(WORKSPACE.format(socket=code, location=LOCATION), encoding="utf-8")
        try:
            for name, command in _commands(host, port, code, workspace, token).items():
                processes[name] = _start(home, command, tie, token if name == WEB_SERVER else None)
                if name == CODE_SERVER:
                    _wait_until(lambda: code_server_answers(code), home, processes)
            _wait_until(lambda: _web_answers(host, port, token), home, processes)
            yield processes
        finally:
            _stop(processes)
            os.close(tie)
            os.close(ours)


def _commands(host: str, port: int, code: Path, workspace: Path, token: str | None) -> dict[str, list[str]]:
    # every look of a sensor is in the web interface: not also in the log, which would grow without end
    quiet = ["warning", "--code-server-log-level", "warning", "--workspace", str(workspace)]
    ours = ["--module-name", LOCATION_MODULE, "--socket", str(code), "--log-level", "warning"]
    guard = ["token" if token else "open", host]
    return {
        CODE_SERVER: [str(BIN / "dagster"), "api", "grpc", *ours],
        "De daemon": [str(BIN / "dagster-daemon"), "run", "--log-level", *quiet],
        WEB_SERVER: [
            str(Path(tied.__file__).with_name("server.py")),
            *guard,
            "--host",
            host,
            "--port",
            str(port),
            "--dagster-log-level",
            *quiet,
        ],
    }


def _start(home: Home, command: Sequence[str], tie: int, token: str | None) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
    key = {"WERKMONITOR_UI_TOKEN": token} if token else {}  # no argument: those are for everyone to see
    with _output(home).open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", tied.__name__, str(tie), *command],
            env={**_environment(), "WERKMONITOR_HOME": str(home.root), "PYTHONPATH": path, **key},
            pass_fds=[tie],
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


def _environment() -> dict[str, str]:
    """Ours, without what the shell has for Dagster's or uvicorn's own commands elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith(THEIRS)}


def _token(home: Home) -> str:
    chosen = Settings.of(home).ui_token
    return chosen.get_secret_value() if chosen else secrets.token_urlsafe(24)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _web_answers(host: str, port: int, token: str | None) -> bool:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    asked = urllib.request.Request(f"{_address(host, port)}/server_info", headers=headers)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=5):
            return True
    except OSError:
        return False


def _stopped(processes: Processes) -> list[str]:
    return [name for name, process in processes.items() if process.poll() is not None]


def _require_free(host: str, port: int) -> None:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (socket.gaierror, UnicodeError):
        raise NotServed(f"{shown(host)} is geen adres van deze computer; kies een ander met --host.") from None
    except OSError as problem:
        why = in_dutch(problem)
        raise NotServed(f"Poort {port} op {shown(host)} is niet vrij ({why}); kies een andere met --port.") from None


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
