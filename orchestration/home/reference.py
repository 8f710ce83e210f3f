"""Reads the reference lists in force, as text; a home's own list is completed by ours. What they mean is for others.

A list that grows with the monitor (`KEYS`) may lack a line in a home that brought its own before: ours counts there,
per key, and `completions` says so. Of organisations, regions and trajectories a home's list is whole: who is not on it
takes no part. A column that a home's list lacks is empty there.
"""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

from orchestration.home.paths import Home

Line = dict[str, str]

KEYS: dict[str, tuple[str, ...]] = {
    "data_dictionary": ("trajectory", "measure", "breakdown", "category"),
    "indicators": ("measure",),
    "quarters": ("quarter",),
    "warning_thresholds": ("rule",),
}
SHOWN = 5


def reference_list(home: Home, name: str) -> list[Line]:
    """The lines of a list by column, '' where nothing stands."""
    ours, own = read_list(home.list_of_ours(name)), home.own_list(name)
    if own is None:
        return ours
    columns = dict.fromkeys(ours[0], "")
    lines = [{**columns, **line} for line in read_list(own)]
    lines += [{**dict.fromkeys(lines[0] if lines else columns, ""), **line} for line in _missing(home, name)]
    return sorted(lines, key=lambda line: line["quarter"]) if name == "quarters" else lines


def completions(home: Home) -> list[str]:
    """What ours adds to the home's own lists, in Dutch; one sentence per list."""
    said = []
    for name, columns in KEYS.items():
        keys = [" ".join(line[column] for column in columns) for line in _missing(home, name)]
        if keys:
            more = f" en nog {len(keys) - SHOWN}" if len(keys) > SHOWN else ""
            said.append(
                f"Uw eigen lijst reference/{name}.csv mist {len(keys)} regel(s); daarvoor geldt de lijst van de "
                f"werkmonitor: {', '.join(keys[:SHOWN])}{more}."
            )
    return said


def read_list(path: Path) -> list[Line]:
    """The lines of one file."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [{column: text or "" for column, text in line.items() if column} for line in csv.DictReader(lines)]


def _missing(home: Home, name: str) -> list[Line]:
    """The lines of ours of which a home's own list lacks the key, save cells of a trajectory that the home has not."""
    own = home.own_list(name)
    if own is None or name not in KEYS:
        return []
    key = partial(_key, KEYS[name])
    known = {key(line) for line in read_list(own)}
    missing = [line for line in read_list(home.list_of_ours(name)) if key(line) not in known]
    if name == "data_dictionary":
        trajectories = {line["trajectory"] for line in reference_list(home, "trajectories")}
        return [line for line in missing if line["trajectory"] in trajectories]
    return missing


def _key(columns: tuple[str, ...], line: Line) -> tuple[str, ...]:
    return tuple(line.get(column, "") for column in columns)
