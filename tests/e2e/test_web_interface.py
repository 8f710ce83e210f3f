"""`werkmonitor ui` as others come to it: other pages, other names, no token; and what a `kill -9` leaves."""

from __future__ import annotations

import json
import os
import socket
import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import quote

import psutil
import pytest

from orchestration.home.paths import Home
from tests.conftest import copied
from tests.support.web_interface import PATIENCE, Ui

CLOSE_A_YEAR = """
mutation { launchPipelineExecution(executionParams: {
  selector: {repositoryName: "__repository__", repositoryLocationName: "werkmonitor", pipelineName: "annual_rollup"},
  executionMetadata: {tags: [{key: "dagster/partition", value: "2024"}]}, mode: "default"
}) { __typename } }
"""
RUNS = "{ runsOrError(limit: 5) { ... on Runs { results { runId } } } }"


@pytest.fixture(scope="module")
def ui(published_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    ui = Ui(copied(published_home, tmp_path_factory.mktemp("ui") / "home"))
    yield ui
    ui.stop()


def status_of(ui: Ui, path: str, body: bytes | None = None, **headers: str) -> int:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(ui.address + path, body, given), timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as problem:
        return problem.code


def test_no_page_of_others_closes_a_year(ui: Ui) -> None:
    runs = ui.ask(RUNS)
    token = {"Authorization": f"Bearer {ui.token}"}
    query = quote(CLOSE_A_YEAR)
    body = json.dumps({"query": CLOSE_A_YEAR}).encode()
    as_json = {"Content_Type": "application/json"}
    assert status_of(ui, f"/graphql?query={query}") == 403
    assert status_of(ui, f"/graphql?query={query}", **token) == 405
    assert status_of(ui, "/graphql", body, **as_json) == 403
    assert status_of(ui, "/graphql", body, **token, Content_Type="text/plain") == 415
    assert (
        status_of(ui, f"/graphql?query={query}", b"", **token, Content_Type="application/x-www-form-urlencoded") == 415
    )
    assert status_of(ui, "/graphql", body, **token, **as_json, Origin="https://evil.example") == 403
    assert status_of(ui, "/graphql", body, **token, **as_json, Host="evil.example") == 421
    assert ui.ask(RUNS) == runs


def test_no_other_page_opens_a_websocket(ui: Ui) -> None:
    def shake_hands(origin: str) -> bytes:
        host, port = ui.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
            lines = [
                "GET /graphql HTTP/1.1",
                f"Host: {host}:{port}",
                f"Origin: {origin}",
                f"Authorization: Bearer {ui.token}",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: cHJvZWZwcm9lZnByb2VmIQ==",
                "Sec-WebSocket-Protocol: graphql-ws",
            ]
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            return connection.recv(100).split(b"\r\n")[0]

    assert b"101" in shake_hands(ui.address)
    assert b"403" in shake_hands("https://evil.example")
    assert b"403" in shake_hands("http://127.0.0.1:1")


def test_the_token_is_in_no_list_of_processes_and_in_no_log(ui: Ui) -> None:
    family = [psutil.Process(ui.process.pid), *psutil.Process(ui.process.pid).children(recursive=True)]
    assert len(family) >= 4
    assert not [one for one in family if ui.token in " ".join(one.cmdline())]
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in ui.home.logs.iterdir() if path.is_file()]
    assert not [text for text in logs if ui.token in text]


def test_kill_9_leaves_no_child_that_serves(ui: Ui) -> None:
    family = psutil.Process(ui.process.pid).children(recursive=True)
    assert len(family) >= 3
    os.kill(ui.process.pid, 9)
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    assert alive == []
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(ui.address.rpartition(":")[2])), timeout=5)
