"""The command `werkmonitor ui`, running on a home, for tests to ask."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

from orchestration.home.paths import Home
from tests.support.commands import start

PATIENCE = 300  # seconds; a wait ends as soon as what it waits for is there
Found = TypeVar("Found")


class Ui:
    """`address`: where it is; `page`: what the start told to open, with the `token` in it."""

    def __init__(self, home: Home) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.home, self.address = home, f"http://127.0.0.1:{port}"
        self.process = start(home, "ui", "--port", str(port))
        wait_for(lambda: "Stoppen: Ctrl-C" in self.output(), "the web interface")
        told = re.search(r"Open (http://\S+\?token=(\S+)) in uw browser", self.output())
        assert told, self.output()
        self.page, self.token = told.groups()

    def output(self) -> str:
        """What it printed; it must not have stopped."""
        assert self.process.poll() is None, self.process.output()
        return self.process.output()

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The answer of Dagster's web server to a GraphQL query."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{self.address}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer: dict[str, Any] = json.load(response)
        assert "errors" not in answer, answer
        return answer["data"]

    def stop(self) -> None:
        """As systemd does, when it has not stopped by itself."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
            self.process.wait()


def wait_for(look: Callable[[], Found], what: str) -> Found:
    """What `look` finds, as soon as it finds anything."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
        time.sleep(0.2)
    return found
