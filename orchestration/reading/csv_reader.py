"""Reads a tidy CSV (CONTRACT § 1) line by line, as text.

One line of the file is one row: no valid value holds a line break, so a forgotten quote costs one line, not
the rest of the file. Whether the values are right is no concern of this module.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from orchestration.findings.findings import Finding, finding
from orchestration.reading import tidy
from orchestration.reading.grid import visible
from orchestration.reading.tidy import COLUMNS, ReadFile

MOST_LINES = 1_000_000  # blank ones too
_MOST_FIELDS = 1_000  # of a header
_BLANKS = " \t\u00a0"


class Undecodable(Exception):
    """The bytes are no text in an encoding that we accept; the message says what they are, `line` where."""

    def __init__(self, problem: str, before: bytes | None = None) -> None:
        super().__init__(problem)
        self.line = None if before is None else before.count(b"\n") + 1


def read_csv(path: Path) -> ReadFile:
    """The rows of a CSV file, each at its line ("rij 12"; the header is line 1)."""
    try:
        text = decode(path.read_bytes())
    except Undecodable as problem:
        where = {} if problem.line is None else {"location": f"rij {problem.line}"}
        return tidy.refused("E101", **where, problem=problem)
    return _read_text(text) if text.strip() else tidy.refused("E102", problem="het bestand is leeg")


def decode(content: bytes) -> str:
    """UTF-8, with or without BOM, else Windows-1252; what nobody sees in it is left out."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Undecodable("het is opgeslagen als UTF-16")
    if b"\0" in content:
        before = content.partition(b"\0")[0]
        raise Undecodable(f"het is geen tekstbestand ({_at(before)} staat een byte 00)", before)
    has_bom = content.startswith(codecs.BOM_UTF8)
    try:
        return visible(_with_line_ends(content.decode("utf-8-sig")))
    except UnicodeDecodeError as problem:
        if has_bom:
            before = content[: len(codecs.BOM_UTF8) + problem.start]
            raise Undecodable(f"{_at(before)} staan tekens die geen UTF-8 zijn", before) from None
    try:
        return visible(_with_line_ends(content.decode("cp1252")))
    except UnicodeDecodeError as problem:
        before, byte = content[: problem.start], content[problem.start]
        what = f"{_at(before)} staat een byte {byte:02X} die geen UTF-8 en geen Windows-1252 is"
        raise Undecodable(what, before) from None


def table(text: str) -> list[list[str]]:
    """The fields of every line as they stand, blank lines included; a line with a stray quote is one field."""
    lines = [line.rstrip("\r\n") for line in io.StringIO(text, newline="\n")]
    lines = ["" if _says_delimiter(line) else line for line in lines]
    delimiter = _delimiter([line for line in lines[: tidy.TITLES] if line.strip()])
    return [_fields(line, delimiter) or [line] for line in lines]


def _at(before: bytes) -> str:
    return f"op regel {before.count(10) + 1}"


def _with_line_ends(text: str) -> str:
    return text if "\n" in text else text.replace("\r", "\n")


def _delimiter(lines: list[str]) -> str:
    """What separates the names of the header, else what there is most of in the first line."""
    for line in lines:
        for delimiter in ";,":
            if tuple(tidy.as_header(_fields(line, delimiter, _MOST_FIELDS) or [])) == COLUMNS:
                return delimiter
    first = lines[0] if lines else ""
    return ";" if first.count(";") > first.count(",") else ","


def _says_delimiter(line: str) -> bool:
    """Whether a line is for Excel's eyes only: `sep=;` above the header."""
    return line.strip(_BLANKS + '"').lower() in ("sep=;", "sep=,")


def _read_text(text: str) -> ReadFile:
    lines = enumerate((line.rstrip("\r\n") for line in io.StringIO(text, newline="\n")), 1)
    top: list[tuple[int, str]] = []
    for number, line in lines:
        if line.strip() and not _says_delimiter(line):
            top.append((number, line))
        if len(top) == tidy.TITLES or number > MOST_LINES:
            break
    delimiter = _delimiter([line for _, line in top])
    named = [(number, tidy.as_header(_fields(line, delimiter, _MOST_FIELDS) or [line])) for number, line in top]
    named = [(number, names) for number, names in named if names]
    found = tidy.find_header(named)
    if found is None:
        return tidy.refused("E102", problem="er staan alleen scheidingstekens in")
    number, header = found
    if tidy.header_problem(header):
        return tidy.header_below(named, f"rij {number}") or tidy.wrong_header(header, f"rij {number}")
    width = next(line for at, line in top if at == number).count(delimiter) + 1
    return _read_rows(chain((one for one in top if one[0] > number), lines), delimiter, width)


def _read_rows(lines: Iterator[tuple[int, str]], delimiter: str, width: int) -> ReadFile:
    """The rows below the header. `width`: its columns, the empty ones at its end too."""
    file = ReadFile()
    blanks = delimiter + _BLANKS
    for number, line in lines:
        if number > MOST_LINES or len(file.rows) + len(file.findings) >= tidy.MOST_ROWS:
            file.findings.append(tidy.too_many_rows(MOST_LINES if number > MOST_LINES else tidy.MOST_ROWS))
            break
        if not line.strip(blanks) and line.count(delimiter) < width:
            continue
        fields = _fields(line, delimiter)
        if fields is not None and _is_header(line, fields):
            file.findings.append(tidy.header_once_more(f"rij {number}"))
        elif fields is not None and _is_row(fields, delimiter, width):
            file.rows.append(tidy.row(f"rij {number}", fields[: len(COLUMNS)]))
        else:
            file.leave_out(number, line, _broken_line(number, line, delimiter, fields))
    return file if file.rows or file.findings else tidy.without_data()


def _is_header(line: str, fields: list[str]) -> bool:
    """Whether it is the header. Most lines show at a glance that they are not."""
    return COLUMNS[0] in line.lower() and tuple(tidy.as_header(fields)) == COLUMNS


def _is_row(fields: list[str], delimiter: str, width: int) -> bool:
    """Whether it has the fields of a row, and nothing but the header's empty columns after them."""
    if len(fields) <= len(COLUMNS):
        return len(fields) == len(COLUMNS)
    extra = delimiter.join(fields[len(COLUMNS) :])
    return not extra.strip(delimiter + _BLANKS) and extra.count(delimiter) < width - len(COLUMNS)


def _fields(line: str, delimiter: str, most: int = len(COLUMNS)) -> list[str] | None:
    """The fields of one line, or None when its quotes do not match. A field too many is enough to know."""
    if '"' not in line:
        return line.split(delimiter, most)
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
