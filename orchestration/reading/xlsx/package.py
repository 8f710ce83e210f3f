"""The parts of a workbook's zip, by name. What a part says is for its readers.

Only the parts that hold cells must be sound: whatever else is in the zip is counted and looked at for links, no more.
A size in the zip is counted, never believed. How heavy a file may be to read is for `apart`.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from pathlib import Path
from urllib.parse import unquote
from xml.parsers import expat

UNPACKED_MB = 200
MOST_ENTRIES = 2_000
_CHUNK = 1 << 18
_OUTSIDE = "xl/externallinks/"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OUT_OF_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, expat.ExpatError)

StartElement = Callable[[str, dict[str, str]], object]


class Refused(Exception):
    """Nothing of the workbook can be used: the rule that says so, and its facts."""

    def __init__(self, rule: str, **facts: str) -> None:
        super().__init__(rule, *facts.values())
        self.rule, self.facts = rule, facts


class Package:
    """An open workbook; names of parts are told apart neither by case nor by the slant of their slashes."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            raise Refused("E110", problem=f"{len(entries)} onderdelen", limit=f"{MOST_ENTRIES} onderdelen")
        self._entries: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
        for entry in entries:
            self._entries[_canonical(entry.filename)].append(entry)
        self._count(entries)
        self._refuse_links()

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return _canonical(name) in self._entries

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part that is needed, unpacked in small pieces; raises where it is not what was packed."""
        found = self._entries.get(_canonical(name), [])
        if len({(entry.CRC, entry.file_size) for entry in found}) != 1:
            raise Refused("E101", problem=f"onderdeel {name} {'staat er dubbel in' if found else 'ontbreekt'}")
        entry = found[-1]
        if entry.flag_bits & 0x1:
            raise Refused("E107")
        if entry.compress_type not in _METHODS:
            raise Refused("E101", problem=f"onderdeel {name} is ingepakt op een manier die wij niet kennen")
        seen = 0
        for piece in self._unpacked(entry):
            seen = zlib.crc32(piece, seen)
            yield piece
        if seen != entry.CRC:
            raise zipfile.BadZipFile(f"{name} is not what was packed")

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Of a part the targets that it names, as kind and part, by their id; {} where there are none."""
        folder, name = posixpath.split(_canonical(part))
        listed = f"{folder}/_rels/{name}.rels".lstrip("/")
        found: dict[str, tuple[str, str]] = {}

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship":
                target = unquote(attributes.get("Target", "")).replace("\\", "/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, posixpath.join("/" + folder, target))

        if listed in self._entries:
            parse(self.pieces(listed), relation)
        return found

    def _unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        # without these two the entry is unpacked to its real end, and not to the end it claims
        claimless = copy(entry)
        claimless.file_size = (UNPACKED_MB << 20) + 1
        del claimless.CRC
        with self._zip.open(claimless) as unpacked:
            while piece := unpacked.read(_CHUNK):
                yield piece

    def _count(self, entries: list[zipfile.ZipInfo]) -> None:
        budget = UNPACKED_MB << 20
        for entry in filter(_can_be_unpacked, entries):
            with suppress(*DAMAGED):
                for piece in self._unpacked(entry):
                    budget -= len(piece)
                    if budget < 0:
                        raise Refused("E104", problem=f"meer dan {UNPACKED_MB} MB")

    def _refuse_links(self) -> None:
        if any(name.startswith(_OUTSIDE) for name in self._entries):
            raise Refused("E807", problem="het verwijst naar een andere werkmap of een ander programma")
        relations = (entry for name, found in self._entries.items() if name.endswith(".rels") for entry in found)
        for entry in filter(_can_be_unpacked, relations):
            with suppress(*DAMAGED):
                parse(self._unpacked(entry), _refuse_link)


def local(tag: str) -> str:
    """An element's name without its prefix."""
    return tag.rpartition(":")[2]


def parse(
    pieces: Iterator[bytes], start: StartElement, is_whole: bool = True, **handlers: Callable[..., object]
) -> None:
    """Follow the elements of a part. `handlers`: what else to be told of, by the name of the parser's attribute.

    `is_whole`: whether the pieces are all of it.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    started = False
    try:
        for piece in pieces:
            parser.Parse(piece if started else piece.lstrip())
            started = True
        if is_whole:
            parser.Parse(b"", True)
    except expat.ExpatError as problem:
        if problem.code == _OUT_OF_MEMORY:
            raise MemoryError from problem
        raise


def _can_be_unpacked(entry: zipfile.ZipInfo) -> bool:
    return not entry.flag_bits & 0x1 and entry.compress_type in _METHODS


def _canonical(name: str) -> str:
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()


def _refuse_link(tag: str, attributes: dict[str, str]) -> None:
    # a link to click on does nothing by itself; a linked workbook, picture or object does
    is_outside = local(tag) == "Relationship" and attributes.get("TargetMode") == "External"
    if is_outside and not attributes.get("Type", "").endswith("/hyperlink"):
        raise Refused("E807", problem="het haalt gegevens of afbeeldingen van buiten het bestand")


def _refuse_doctype(*_: object) -> None:
    # no spreadsheet program writes one; it is how entity bombs and outside links come in
    raise Refused("E101", problem="het bevat een DOCTYPE, en dat hoort niet in een werkmap")
