"""Reads the reference lists in force, as text; a home's own list is completed by ours. What they mean is for others.

A list that grows with the monitor (`KEYS`) may lack a line in a home that brought its own before: ours counts there,
per key, and `completions` says so. Of organisations, regions and trajectories a home's list is whole: who is not on it
takes no part. A column that a home's list lacks is empty there.
"""

from __future__ import annotations

import csv
import io
from functools import partial
from pathlib import Path

from orchestration.home.escaping import shown
from orchestration.home.paths import SEEDS, Home

Line = dict[str, str]

KEYS: dict[str, tuple[str, ...]] = {
    "data_dictionary": ("trajectory", "measure", "breakdown", "category"),
    "indicators": ("measure",),
    "quarters": ("quarter",),
    "warning_thresholds": ("rule",),
    "signal_rules": ("measure", "breakdown"),
}
OPTIONAL = ("taken_over_by",)  # came later: a list of before has not got it
SHOWN = 5


class UnreadableList(ValueError):
    """A home's own list cannot be read; the message says, in Dutch, which and what to do."""


def reference_list(home: Home, name: str) -> list[Line]:
    """The lines of a list by column, '' where nothing stands.

    Raises:
        UnreadableList: a list of the home's own is no CSV, or lacks a column of its key.
    """
    ours, own = read_list(home.list_of_ours(name)), home.own_list(name)
    if own is None:
        return ours
    needed = KEYS.get(name) or tuple(column for column in ours[0] if column not in OPTIONAL)
    _require_columns(own, needed)
    empty = dict.fromkeys(columns(home, name), "")
    lines = [{**empty, **line} for line in (*read_list(own), *_missing(home, name))]
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


def columns(home: Home, name: str) -> list[str]:
    """The columns of a list: ours, and what a list of the home's own has beside them."""
    own = home.own_list(name)
    return list(dict.fromkeys([*_header(home.list_of_ours(name)), *(_header(own) if own else [])]))


def read_list(path: Path) -> list[Line]:
    """The lines of one file."""
    lines = _reader(path)
    try:
        return [_whole(line, path, lines.line_num) for line in lines]
    except csv.Error as problem:
        raise UnreadableList(f"{shown(str(path))} is geen CSV, regel {lines.line_num}.") from problem


def _require_columns(path: Path, needed: tuple[str, ...]) -> None:
    header = _header(path)
    if missing := [column for column in needed if column not in header]:
        ours = SEEDS / "reference" / path.name
        wanted = f"mist de kolom {', '.join(missing)}; neem de kopregel over van {ours}"
        raise UnreadableList(f"{shown(str(path))} {wanted}.")


def _header(path: Path) -> list[str]:
    return list(_reader(path).fieldnames or ())


def _reader(path: Path) -> csv.DictReader[str]:
    text = _text(path)
    first = text.partition("\n")[0]
    separator = ";" if ";" in first and "," not in first else ","  # Excel in Dutch writes semicolons
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what else Excel writes


def _whole(line: dict[str | None, str | None], path: Path, number: int) -> Line:
    if None in line:
        raise UnreadableList(f"{shown(str(path))} heeft op regel {number} meer kolommen dan de kopregel.")
    return {str(column): text or "" for column, text in line.items()}


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
