"""Somebody is told, by log, webhook and e-mail, and telling never fails the work."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email import message_from_string
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from orchestration.findings.findings import Finding
from orchestration.home.paths import Home
from orchestration.landing.land import FileOutcome, LandingReport
from orchestration.running import notices


class Hook(BaseHTTPRequestHandler):
    """Keeps what is posted."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.received.append(json.loads(self.rfile.read(length)))  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Not to the terminal."""


class Mailbox(socketserver.StreamRequestHandler):
    """Just enough of SMTP to take a message in."""

    def handle(self) -> None:
        self.wfile.write(b"220 proef\r\n")
        for line in iter(self.rfile.readline, b""):
            command = line.strip().upper()
            if command == b"DATA":
                self.wfile.write(b"354 toe maar\r\n")
                content = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                self.server.received.append(message_from_string(content))  # type: ignore[attr-defined]
            self.wfile.write(b"221 dag\r\n" if command == b"QUIT" else b"250 goed\r\n")
            if command == b"QUIT":
                return


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[list[object]]:
    """Serve for as long as it lasts; what the server received."""
    received: list[object] = []
    server.received = received  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()


def set_up(home: Home, **settings: object) -> None:
    lines = [f"WERKMONITOR_{name.upper()}={value}\n" for name, value in settings.items()]
    (home.root / "settings.env").write_text("".join(lines), encoding="utf-8")


def test_without_settings_it_is_written_in_the_log_of_the_home(home: Home) -> None:
    notices.tell(home, "quarterly_run 2025-Q1 is mislukt", ["de schijf is vol", "maak ruimte"])
    text = (home.logs / "notices.log").read_text(encoding="utf-8")
    assert text.endswith(" quarterly_run 2025-Q1 is mislukt\n  de schijf is vol\n  maak ruimte\n")
    assert text.startswith(f"{date.today().year}-")


def test_a_webhook_gets_it(home: Home) -> None:
    server = HTTPServer(("127.0.0.1", 0), Hook)
    set_up(home, webhook=f"http://127.0.0.1:{server.server_port}/haak")
    with serving(server) as received:
        notices.tell(home, "mislukt", ["de schijf is vol"])
    assert received == [{"subject": "mislukt", "text": "mislukt\nde schijf is vol"}]


def test_an_address_gets_it_by_mail(home: Home) -> None:
    server = socketserver.TCPServer(("127.0.0.1", 0), Mailbox)
    set_up(home, mail_to="beheer@example.nl", smtp_host="127.0.0.1", smtp_port=server.server_address[1])
    with serving(server) as received:
        notices.tell(home, "mislukt", ["de schijf is vol"])
    (message,) = received
    assert isinstance(message, Message)
    assert (message["Subject"], message["To"]) == ("werkmonitor: mislukt", "beheer@example.nl")
    assert str(message.get_payload()).strip() == "de schijf is vol"


def test_the_environment_counts_before_the_file_in_the_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    server = HTTPServer(("127.0.0.1", 0), Hook)
    set_up(home, webhook="http://127.0.0.1:9/niemand")
    monkeypatch.setenv("WERKMONITOR_WEBHOOK", f"http://127.0.0.1:{server.server_port}/haak")
    with serving(server) as received:
        notices.tell(home, "mislukt", [])
    assert len(received) == 1


@pytest.mark.parametrize(
    "settings", [{"webhook": "http://127.0.0.1:9/niemand"}, {"webhook": "file:///etc/hostname"}, {"webhook": "onzin"}]
)
def test_a_channel_that_does_not_work_is_logged_and_nothing_else(
    home: Home, settings: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", logger="orchestration")
    set_up(home, **settings, mail_to="beheer@example.nl", smtp_host="127.0.0.1", smtp_port=9)
    notices.tell(home, "mislukt", ["de schijf is vol"])
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "Bericht 'mislukt' niet verzonden (webhook)",
        "Bericht 'mislukt' niet verzonden (e-mail)",
    ]
    assert "de schijf is vol" in (home.logs / "notices.log").read_text(encoding="utf-8")


def test_rejected_and_held_deliveries_are_told_with_their_first_reasons(home: Home) -> None:
    found = [Finding(f"E40{number}", "error", f"rij {number}", "-1", "0 of meer", "negatief") for number in range(1, 6)]
    report = LandingReport(
        outcomes=[
            FileOutcome(1, "goed.csv", "org_001", "2025-Q1", "accepted", 1, []),
            FileOutcome(2, "fout.csv", "org_002", "2025-Q1", "rejected", None, found),
            FileOutcome(3, "vast.csv", None, None, "held", None, []),
        ]
    )
    notices.tell_refused(home, report)
    text = (home.logs / "notices.log").read_text(encoding="utf-8")
    assert "2 van 3 leveringen geweigerd" in text
    assert "org_002 2025-Q1: fout.csv afgekeurd" in text and "onbekende afzender: vast.csv niet te beoordelen" in text
    assert "E403 rij 3" in text and "E404" not in text and "goed.csv" not in text


def test_nothing_is_told_when_every_delivery_is_good(home: Home) -> None:
    notices.tell_refused(
        home, LandingReport(outcomes=[FileOutcome(1, "a.csv", "org_001", "2025-Q1", "accepted", 1, [])])
    )
    assert not (home.logs / "notices.log").exists()
