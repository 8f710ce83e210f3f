"""Tells somebody what nobody may be watching: a failed run, a rejected delivery (docs/operations.md, "Notices").

Each notice is written in `logs/notices.log`, and sent to the webhook and the mail address of the settings when there
are any. Telling never fails: what cannot be sent is logged, and the work goes on.
"""

from __future__ import annotations

import json
import logging
import smtplib
import urllib.request
from collections.abc import Callable, Iterable
from email.message import EmailMessage

from orchestration.home.paths import Home
from orchestration.home.settings import AMSTERDAM, Settings
from orchestration.landing.land import LandingReport

log = logging.getLogger(__name__)
SECONDS = 10  # for a server to answer
MOST_FINDINGS = 3  # of one file; the rest is in its feedback


def tell(home: Home, subject: str, lines: Iterable[str]) -> None:
    """Write a notice down and send it wherever the settings of this home say."""
    settings = Settings.of(home)
    text = "\n".join(lines)
    ways: dict[str, Callable[[], None]] = {"logboek": lambda: _write(home, settings, subject, text)}
    if settings.webhook:
        ways["webhook"] = lambda: _post(settings, subject, text)
    if settings.mail_to:
        ways["e-mail"] = lambda: _mail(settings, subject, text)
    for name, send in ways.items():
        try:
            send()
        except (OSError, ValueError, smtplib.SMTPException) as problem:
            log.warning("Bericht '%s' niet verzonden (%s): %s", subject, name, problem)


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
        lines += [f"{whose}: {one.file_name} {words[one.status]}"]
        lines += [f"  {finding.rule} {finding.location}: {finding.message}" for finding in errors[:MOST_FINDINGS]]
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


def _post(settings: Settings, subject: str, text: str) -> None:
    # "text" is what Slack, Mattermost, Teams and their like show
    content = json.dumps({"subject": subject, "text": f"{subject}\n{text}"}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(str(settings.webhook), data=content, headers=headers)
    if request.type not in ("http", "https"):
        raise ValueError(f"WERKMONITOR_WEBHOOK is geen webadres: {settings.webhook}")
    with urllib.request.urlopen(request, timeout=SECONDS):
        pass


def _mail(settings: Settings, subject: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"] = f"werkmonitor: {subject}"
    message["From"], message["To"] = settings.mail_from, str(settings.mail_to)
    message.set_content(text + "\n")
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS) as server:
        if settings.smtp_user and settings.smtp_password:
            server.starttls()  # a password never travels in the clear
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)
