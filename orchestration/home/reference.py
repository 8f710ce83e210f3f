"""Reads the reference lists in force, as text. Which file that is, `Home` says; what the lists mean is for others."""

from __future__ import annotations

import csv
from pathlib import Path

from orchestration.home.paths import Home

Line = dict[str, str]


def reference_list(home: Home, name: str) -> list[Line]:
    """The lines of a list by column, '' where nothing stands."""
    return read_list(home.reference_list(name))


def read_list(path: Path) -> list[Line]:
    """The same of one file."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [{column: text or "" for column, text in line.items()} for line in csv.DictReader(lines)]
