"""A workbook taken apart into its parts and put together again: what other programs write, written by hand.

Nothing is checked here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

Parts = dict[str, bytes]
Change = Callable[[Parts], object]
FIRST_SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"


def taken_apart(workbook: Workbook) -> Parts:
    """The parts that openpyxl writes."""
    content = io.BytesIO()
    workbook.save(content)
    with zipfile.ZipFile(content) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def together(parts: Parts, path: Path, method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", method, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def sheets(parts: Parts) -> list[str]:
    return sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))


def replaced(pattern: str, new: str, name: str | None = None, count: int = 0) -> Change:
    """A regular expression replaced in a part, or in every sheet; what changes nothing is no change."""

    def change(parts: Parts) -> None:
        before = dict(parts)
        for part in [name] if name else sheets(parts):
            text = parts[part].decode()
            parts[part] = re.sub(pattern, new, text, count=count, flags=re.DOTALL).encode()
        assert parts != before, f"nothing to replace: {pattern}"

    return change


def added(**parts: bytes) -> Change:
    """Parts more, or other ones; __ stands for / and _dot_ for a point in a name."""
    names = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    return lambda book: book.update(names)


def all_of(*changes: Change) -> Change:
    def change(parts: Parts) -> None:
        for one in changes:
            one(parts)

    return change
