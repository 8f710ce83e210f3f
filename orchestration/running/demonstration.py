"""The demo: the sample deliveries received in a home that holds nothing else, on days such as real ones come in."""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

from orchestration.home.lock import write_claim
from orchestration.home.paths import SAMPLE_DELIVERIES, Home
from orchestration.home.reference import reference_list
from orchestration.home.settings import AMSTERDAM
from orchestration.ledger import archive, receipts

# The annual rollup of the demo: the newest year that the sample holds whole.
YEAR = 2024
# Nobody published when the sample's deliveries came; so that punctuality says something they are spread over the days
# around their deadline on which the inbox is looked at: how many days after it, and how many deliveries in a hundred.
LANDINGS = {-14: 9, -7: 22, -3: 31, 0: 26, 4: 8, 11: 4}
AT = time(7, 0)
SETTINGS = "WERKMONITOR_PRINTED_DOCUMENTS=on\n"


class NotADemoHome(Exception):
    """The home holds deliveries that are not the sample's; the message says, in Dutch, what to do."""


def sample_files() -> list[Path]:
    """The sample deliveries, `<quarter>/<organisation>.csv`, oldest quarter first."""
    return sorted(SAMPLE_DELIVERIES.glob("*/*.csv"))


def newest_quarter() -> str:
    """The last quarter that the sample holds."""
    return sample_files()[-1].parent.name


def fill_inbox(home: Home) -> int:
    """Put the sample in the inbox, save what was received before; returns how many files.

    Raises:
        NotADemoHome: something else than the sample lies in the inbox or was ever received.
    """
    samples = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in sample_files()}
    received = {receipt.sha256 for receipt in receipts.read(home.receipts).received.values()}
    waiting = {hashlib.sha256(path.read_bytes()).hexdigest() for path in archive.inbox_files(home)}
    if (received | waiting) - samples.keys():
        raise NotADemoHome(
            f"{home.root} bevat andere leveringen dan het voorbeeld. "
            "Kies met WERKMONITOR_HOME een lege map voor de demo."
        )
    if not home.settings.exists():  # the printed documents are about these figures
        home.settings.write_text(SETTINGS, encoding="utf-8")
        home.settings.chmod(0o600)
    missing = [path for digest, path in samples.items() if digest not in received | waiting]
    placed = []
    for path in missing:
        arriving = home.inbox / f".{path.parent.name}_{path.name}"
        shutil.copyfile(path, arriving)
        placed.append(arriving.rename(home.inbox / arriving.name[1:]))
    archive.place(home, placed)
    return len(missing)


def receive(home: Home, now: datetime) -> int:
    """Archive the sample that waits in the inbox, each file as of a day around its deadline; returns how many.

    No moment lies after `now`. It is the same day for the same delivery, whatever the home.
    """
    waiting: dict[datetime, set[str]] = defaultdict(set)
    until = {line["quarter"]: date.fromisoformat(line["deadline"]) for line in reference_list(home, "quarters")}
    for path in archive.inbox_files(home):
        quarter, _, organisation = path.stem.partition("_")
        landed = datetime.combine(until[quarter] + timedelta(days=_days_after(quarter, organisation)), AT, AMSTERDAM)
        waiting[min(landed, now)].add(archive.fingerprint(path))
    with write_claim(home, "voorbeeldleveringen ontvangen"):
        return sum(len(archive.receive(home, moment, waiting[moment])) for moment in sorted(waiting))


def _days_after(quarter: str, organisation: str) -> int:
    """How long after the deadline the sample lands a delivery: drawn by its name, so always the same."""
    place = int(hashlib.sha256(f"{quarter}/{organisation}".encode()).hexdigest(), 16) % sum(LANDINGS.values())
    for days, share in LANDINGS.items():
        place -= share
        if place < 0:
            return days
    raise AssertionError("a place lies below the sum of the shares")
