"""Notices to servers that are not what they say, never answer, or send us elsewhere; and what is logged then."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.home.paths import Home
from orchestration.running import notices
from tests.support.mail_server import certificate, mail_server
from tests.unit.running.test_notices import set_up

PASSWORD = "zeer-geheim-1"
SECRET_PATH = "/hooks/zeer-geheim-2"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What is logged; no secret ever is, nor written down."""
    caplog.set_level("DEBUG")
    yield caplog
    assert "geheim" not in caplog.text


def mail(home: Home, port: int, **extra: object) -> None:
    set_up(home, mail_to="beheer@example.nl", smtp_host="localhost", smtp_port=port, **extra)
    notices.tell(home, "mislukt", ["de schijf is vol"])


def with_password(home: Home, port: int) -> None:
    mail(home, port, smtp_user="werkmonitor", smtp_password=PASSWORD)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate of localhost that this computer trusts."""
    path = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_tls_is_used_wherever_it_is_offered_also_without_a_password(home: Home, trusted: Path) -> None:
    with mail_server(trusted) as (port, heard):
        mail(home, port)
    assert [message["Subject"] for message in heard.messages] == ["werkmonitor: mislukt"]
    assert [line.split()[0].upper() for line in heard.clear] == ["EHLO", "STARTTLS"]


def test_a_password_travels_under_tls(home: Home, trusted: Path) -> None:
    with mail_server(trusted) as (port, heard):
        with_password(home, port)
    assert len(heard.messages) == 1
    assert any(line.startswith("AUTH") for line in heard.lines)
    assert not any(line.startswith("AUTH") for line in heard.clear)


def test_on_the_port_of_smtps_all_is_tls(home: Home, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(trusted, from_the_start=True) as (port, heard):
        monkeypatch.setattr(notices, "SMTPS", port)
        with_password(home, port)
    assert len(heard.messages) == 1 and heard.clear == []


@pytest.mark.parametrize("name", ["localhost", "ander.example.nl"], ids=["nobody vouches for it", "of another name"])
@pytest.mark.parametrize("from_the_start", [False, True])
def test_a_server_with_a_wrong_certificate_gets_nothing(
    home: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    log: pytest.LogCaptureFixture,
    *,
    name: str,
    from_the_start: bool,
) -> None:
    path = certificate(tmp_path, name)
    if name != "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with mail_server(path, from_the_start=from_the_start) as (port, heard):
        if from_the_start:
            monkeypatch.setattr(notices, "SMTPS", port)
        with_password(home, port)
    assert heard.messages == [] and not any(line.startswith(("AUTH", "MAIL")) for line in heard.lines)
    assert "(e-mail): het certificaat van de server klopt niet" in log.text


def test_a_password_is_never_sent_without_tls_nor_is_the_notice(home: Home, log: pytest.LogCaptureFixture) -> None:
    with mail_server() as (port, heard):
        with_password(home, port)
    assert heard.messages == [] and not any(line.startswith("AUTH") for line in heard.lines)
    assert "biedt geen TLS" in log.text


def test_a_refused_password_is_not_logged_even_when_the_server_says_it_back(
    home: Home, trusted: Path, log: pytest.LogCaptureFixture
) -> None:
    with mail_server(trusted, auth_answer="535") as (port, heard):
        with_password(home, port)
    assert heard.messages == []
    assert "de server antwoordde met 535" in log.text
    assert "AUTH" not in log.text


class Dripping(socketserver.BaseRequestHandler):
    """Answers by the drop: each within any time limit, and never the last."""

    def handle(self) -> None:
        for drop in self.server.drops:  # type: ignore[attr-defined]
            try:
                self.request.sendall(drop)
            except OSError:
                return
            time.sleep(0.1)


@contextmanager
def server(drops: object) -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dripping) as one:
        one.daemon_threads = True
        one.drops = drops  # type: ignore[attr-defined]
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one.server_address[1]
        one.shutdown()


def test_all_ways_together_have_one_deadline(
    home: Home, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notices, "SECONDS", 1)
    with server([b"HTTP/1.1 200 OK\r\n"] + [b"X: x\r\n"] * 80) as web, server([b"220-x\r\n"] * 80) as post:
        set_up(
            home,
            webhook=f"http://127.0.0.1:{web}{SECRET_PATH}",
            mail_to="a@example.nl",
            smtp_host="127.0.0.1",
            smtp_port=post,
        )
        started = time.monotonic()
        notices.tell(home, "mislukt", [])
        assert time.monotonic() - started < 3
    assert log.text.count("geen antwoord binnen 1 seconden") == 2


def test_a_name_that_is_looked_up_without_end_has_the_same_deadline(
    home: Home, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notices, "SECONDS", 1)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(20))
    set_up(home, webhook=f"http://chat.example{SECRET_PATH}")
    started = time.monotonic()
    notices.tell(home, "mislukt", [])
    assert time.monotonic() - started < 3
    assert "geen antwoord binnen" in log.text


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/elders\r\nContent-Length: 0\r\n\r\n", "status 302"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404"),
        (b"HTTP/1.1 500 zeer-geheim-2\r\nContent-Length: 0\r\n\r\n", "status 500"),
        (b"\x00\xff onzin\r\n\r\n", "klopt niet (BadStatusLine)"),
        (b"", "klopt niet"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "klopt niet (HTTPException)"),
    ],
)
def test_whatever_the_webhook_answers_is_told_and_the_work_goes_on(
    home: Home, log: pytest.LogCaptureFixture, answer: bytes, says: str
) -> None:
    with server([answer]) as port:
        set_up(home, webhook=f"http://127.0.0.1:{port}{SECRET_PATH}")
        notices.tell(home, "mislukt", ["de schijf is vol"])
    assert says in log.text
    assert "de schijf is vol" in (home.logs / "notices.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address",
    [
        "zeer-geheim-2",
        "ftp://example.nl/zeer-geheim-2",
        "http://",
        "http://:zeer-geheim-2/",
        "http://127.0.0.1:zeer-geheim-2/",
        "http://zeer-geheim-2 met spatie/",
        "http://[::1/zeer-geheim-2",
        "http://\u2603/zeer-geheim-2",
        "https://127.0.0.1:9/zeer-geheim-2",
    ],
)
def test_no_address_makes_it_fail_or_is_logged(
    home: Home, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("WERKMONITOR_WEBHOOK", address)
    notices.tell(home, "mislukt", [])
    assert "niet verzonden (webhook)" in log.text


def test_invalid_settings_do_not_keep_a_notice_from_the_log(home: Home, log: pytest.LogCaptureFixture) -> None:
    set_up(home, smtp_port="zeer-geheim-3", mail_to="a@example.nl")
    notices.tell(home, "mislukt", ["de schijf is vol"])
    assert "Ongeldige instelling WERKMONITOR_SMTP_PORT" in log.text
    assert "de schijf is vol" in (home.logs / "notices.log").read_text(encoding="utf-8")


def test_a_nasty_name_makes_no_line_of_its_own_in_the_log(home: Home) -> None:
    notices.tell(home, "mislukt\n2026-01-01 00:00 verzonnen", ["a\x1b[2Jb"])
    lines = (home.logs / "notices.log").read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith("mislukt\\n2026-01-01 00:00 verzonnen") and lines[1] == "  a\\x1b[2Jb"
