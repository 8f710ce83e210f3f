"""Tells somebody what nobody may be watching: a failed run, a rejected delivery (docs/operations.md, "Notices").

Each notice is written in `logs/notices.log`, and sent to the webhook and the mail address of the settings when there
are any. Telling never fails: what cannot be sent is logged, and the work goes on.
"""

from __future__ import annotations

import json
import logging
import smtplib
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from urllib.error import HTTPError, URLError

from orchestration.home.escaping import in_dutch, shown
from orchestration.home.paths import Home
from orchestration.home.settings import AMSTERDAM, InvalidSettings, Settings
from orchestration.landing.land import LandingReport

log = logging.getLogger(__name__)
SECONDS = (
    15  # for all ways together; a name that is looked up, or a server that answers by the drop, has no end of its own
)
MOST_FINDINGS = 3  # of one file; the rest is in its feedback
SMTPS = 465  # the port on which mail is TLS from the first byte


class NotSent(Exception):
    """Why a notice was not sent, in Dutch; names no address and no password."""


def tell(home: Home, subject: str, lines: Iterable[str]) -> None:
    """Write a notice down and send it wherever the settings of this home say."""
    text = "\n".join(shown(part) for line in lines for part in line.splitlines() or [""])
    subject = shown(subject)
    try:
        settings = Settings.of(home)
    except (InvalidSettings, OSError) as problem:
        log.warning("Bericht '%s' niet verzonden: %s", subject, problem)
        settings = Settings.model_construct()
    _contained(subject, "logboek", lambda: _write(home, settings, subject, text))
    ways: dict[str, Callable[[], None]] = {}
    if settings.webhook:
        ways["webhook"] = lambda: _post(settings, subject, text)
    if settings.mail_to:
        ways["e-mail"] = lambda: _mail(settings, subject, text)
    _send(subject, ways)


def _send(subject: str, ways: dict[str, Callable[[], None]]) -> None:
    """All ways at once, and no longer than `SECONDS`: what has not ended by then goes on alone, and is told of."""
    ended: dict[str, str] = {}

    def send(name: str) -> None:
        ended[name] = _tried(ways[name])

    threads = [threading.Thread(target=send, args=(name,), daemon=True) for name in ways]
    deadline = time.monotonic() + SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    for name in ways:
        if problem := ended.get(name, f"geen antwoord binnen {SECONDS} seconden"):
            log.warning("Bericht '%s' niet verzonden (%s): %s", subject, name, problem)


def _contained(subject: str, name: str, work: Callable[[], None]) -> None:
    if problem := _tried(work):
        log.warning("Bericht '%s' niet verzonden (%s): %s", subject, name, problem)


def _tried(work: Callable[[], None]) -> str:
    """What went wrong, '' when nothing did. Of what a library says only what can hold no secret is told."""
    try:
        work()
    except Exception as problem:  # telling never fails the work
        return _told(problem)
    return ""


def _told(problem: Exception) -> str:  # noqa: PLR0911  one return per kind of fault
    if isinstance(problem, NotSent):
        return str(problem)
    if isinstance(problem, HTTPError):
        return f"de server antwoordde met status {problem.code}"
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return "de server weigerde de ontvanger"
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"de server antwoordde met {problem.smtp_code}"
    reason = problem.reason if isinstance(problem, URLError) else problem
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "het certificaat van de server klopt niet; er is niets verzonden"
    if isinstance(reason, socket.gaierror):
        return "de server is niet te vinden"
    if isinstance(reason, TimeoutError):
        return "geen antwoord"
    if isinstance(reason, OSError) and reason.errno and not isinstance(reason, smtplib.SMTPException | ssl.SSLError):
        return in_dutch(reason)
    return f"het adres of het antwoord van de server klopt niet ({type(reason).__name__})"


def tell_refused(home: Home, report: LandingReport) -> None:
    """Tell of the files of a landing that were rejected or could not be judged, if any."""
    words = {"rejected": "afgekeurd", "held": "niet te beoordelen"}
    refused = [one for one in report.outcomes if one.status in words]
    if not refused:
        return
    lines = []
    for one in refused:
        whose = " ".join(part for part in (one.organisation_id, one.quarter) if part) or "onbekende afzender"
        errors = [finding for finding in one.findings if finding.level == "error"] or one.findings
        lines += [shown(f"{whose}: {one.file_name} {words[one.status]}")]
        lines += [shown(f"  {found.rule} {found.location}: {found.message}") for found in errors[:MOST_FINDINGS]]
    tell(home, f"{len(refused)} van {len(report.outcomes)} leveringen geweigerd", lines)


def tell_left(home: Home, report: LandingReport) -> None:
    """Tell of the files that could not be taken out of the inbox, if any."""
    if report.left:
        tell(home, f"{len(report.left)} bestanden blijven in de inbox", report.left)


def _write(home: Home, settings: Settings, subject: str, text: str) -> None:
    home.logs.mkdir(parents=True, exist_ok=True)
    indented = "".join(f"  {line}\n" for line in text.splitlines())
    moment = settings.moment().astimezone(AMSTERDAM)
    with (home.logs / "notices.log").open("a", encoding="utf-8") as file:
        file.write(f"{moment:%Y-%m-%d %H:%M} {subject}\n{indented}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer that sends us elsewhere is a failure: what we tell is not for just any address."""

    def redirect_request(self, *_: object) -> None:
        return None


def _post(settings: Settings, subject: str, text: str) -> None:
    # "text" is what Slack, Mattermost, Teams and their like show
    content = json.dumps({"subject": subject, "text": f"{subject}\n{text}"}).encode()
    address = settings.webhook.get_secret_value() if settings.webhook else ""
    if not address.startswith(("http://", "https://")):
        raise NotSent("WERKMONITOR_WEBHOOK is geen webadres")
    request = urllib.request.Request(address, data=content, headers={"Content-Type": "application/json"})
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS):
        pass


def _mail(settings: Settings, subject: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"] = f"werkmonitor: {subject}"
    message["From"], message["To"] = settings.mail_from, str(settings.mail_to)
    message.set_content(text + "\n")
    with _connected(settings) as server:
        if settings.smtp_user and settings.smtp_password:
            if not isinstance(server.sock, ssl.SSLSocket):
                raise NotSent("de server biedt geen TLS: daarover gaat geen wachtwoord")
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)


def _connected(settings: Settings) -> smtplib.SMTP:
    """A connection with TLS wherever it is offered, to a server whose certificate is right."""
    context = ssl.create_default_context()
    if settings.smtp_port == SMTPS:
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=context)
    except Exception:
        server.close()
        raise
    return server
