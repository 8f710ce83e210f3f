"""Reads the reference lists in force, as text. Which file that is, `Home` says; what the lists mean is for others."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from orchestration.home.escaping import shown
from orchestration.home.paths import SEEDS, Home

Line = dict[str, str]


class UnreadableList(ValueError):
    """A home's own list cannot be read; the message says, in Dutch, which and what to do."""


def reference_list(home: Home, name: str) -> list[Line]:
    """The lines of a list by column, '' where nothing stands.

    Raises:
        UnreadableList: it is no CSV, or lacks a column that ours has.
    """
    path, ours = home.reference_list(name), SEEDS / "reference" / f"{name}.csv"
    lines, header = read_list(path), _header(path)
    if missing := [column for column in _header(ours) if column not in header]:
        wanted = f"mist de kolom {', '.join(missing)}; neem de kopregel over van {ours}"
        raise UnreadableList(f"{shown(str(path))} {wanted}.")
    return lines


def read_list(path: Path) -> list[Line]:
    """The same of one file."""
    lines = _reader(path)
    try:
        return [_whole(line, path, lines.line_num) for line in lines]
    except csv.Error as problem:
        raise UnreadableList(f"{shown(str(path))} is geen CSV, regel {lines.line_num}.") from problem


def columns(home: Home, name: str) -> list[str]:
    """The columns of a list, also when it has no lines."""
    return _header(home.reference_list(name))


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
