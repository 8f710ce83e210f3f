"""Reads a tidy CSV (CONTRACT § 1) line by line, as text.

One line of the file is one row: no valid value holds a line break, so a forgotten quote costs one line, not
the rest of the file. Whether the values are right is no concern of this module.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from orchestration.findings.findings import Finding, finding
from orchestration.reading import tidy
from orchestration.reading.tidy import COLUMNS, ReadFile

MOST_LINES = 1_000_000  # blank ones too


class Undecodable(Exception):
    """The bytes are no text in an encoding that we accept; the message says what they are."""


def read_csv(path: Path) -> ReadFile:
    """The rows of a CSV file, each at its line ("rij 12"; the header is line 1)."""
    try:
        text = decode(path.read_bytes())
    except Undecodable as problem:
        return tidy.refused("E101", problem=problem)
    return _read_text(text) if text.strip() else tidy.refused("E102", problem="het bestand is leeg")


def decode(content: bytes) -> str:
    """UTF-8, with or without BOM, else Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Undecodable("het is opgeslagen als UTF-16")
    if b"\0" in content:
        raise Undecodable("het is geen tekstbestand")
    has_bom = content.startswith(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if has_bom:
            raise Undecodable("het bevat tekens die geen UTF-8 zijn") from None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise Undecodable("het is geen UTF-8 en geen Windows-1252") from None


def table(text: str) -> list[list[str]]:
    """The fields of every line as they stand, blank lines included; a line with a stray quote is one field."""
    lines = [line.rstrip("\r\n") for line in io.StringIO(text, newline="\n")]
    delimiter = _delimiter(next((line for line in lines if line.strip()), ""))
    return [_fields(line, delimiter) or [line] for line in lines]


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _read_text(text: str) -> ReadFile:
    lines = _lines(text)
    number, first = next(lines)
    delimiter = _delimiter(first)
    header = _fields(first, delimiter) or [first]
    if tidy.header_problem(header):
        return tidy.wrong_header(header, f"rij {number}")
    return _read_rows(lines, delimiter)


def _read_rows(lines: Iterator[tuple[int, str]], delimiter: str) -> ReadFile:
    file = ReadFile()
    blanks = delimiter + " \t"
    for number, line in lines:
        if not line.strip(blanks) and line.count(delimiter) < len(COLUMNS):
            continue
        if number > MOST_LINES or len(file.rows) + len(file.findings) >= tidy.MOST_ROWS:
            file.findings.append(tidy.too_many_rows())
            break
        fields = _fields(line, delimiter)
        if fields is not None and len(fields) == len(COLUMNS):
            file.rows.append(tidy.row(f"rij {number}", fields))
        else:
            file.leave_out(number, line, _broken_line(number, line, delimiter, fields))
    return file if file.rows or file.findings else tidy.without_data()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The numbered lines of the file, the blank ones at its start left out."""
    numbered = enumerate((line.rstrip("\r\n") for line in io.StringIO(text, newline="\n")), 1)
    started = False
    for number, line in numbered:
        started = started or bool(line.strip())
        if started:
            yield number, line


def _fields(line: str, delimiter: str) -> list[str] | None:
    """The fields of one line, or None when its quotes do not match. A field too many is enough to know."""
    if '"' not in line:
        return line.split(delimiter, len(COLUMNS))
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _broken_line(number: int, line: str, delimiter: str, fields: list[str] | None) -> Finding:
    location = f"rij {number}"
    if fields is None:
        return finding("E109", location, found=line)
    count = line.count(delimiter) + 1 if '"' not in line else len(fields)
    return finding("E106", location, count=count)
