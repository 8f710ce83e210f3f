"""The demo: the sample deliveries put in the inbox of a home that holds nothing else."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from orchestration.home.paths import SAMPLE_DELIVERIES, Home
from orchestration.ledger import archive, receipts

# The annual rollup of the demo: the newest year that the sample holds whole.
YEAR = 2024


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
    missing = [path for digest, path in samples.items() if digest not in received | waiting]
    placed = []
    for path in missing:
        arriving = home.inbox / f".{path.parent.name}_{path.name}"
        shutil.copyfile(path, arriving)
        placed.append(arriving.rename(home.inbox / arriving.name[1:]))
    archive.place(home, placed)
    return len(missing)
