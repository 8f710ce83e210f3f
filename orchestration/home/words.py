"""Text that a person typed, made fit to be written down. What it says is for others."""

from __future__ import annotations

import unicodedata

LONGEST = 1000


def tidied(text: str) -> str:
    """Text as anything can store it: on one line, printable, composed, not longer than a reason may be.

    A terminal in another encoding than the system's hands over bytes that are no text: they are read as Windows-1252.
    """
    composed = unicodedata.normalize("NFC", readable(text))
    printable = "".join(character if character.isprintable() else " " for character in composed)
    return " ".join(printable.split())[:LONGEST]


def readable(text: str) -> str:
    """The same text without halves of characters, which no file and no database takes."""
    if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    except UnicodeEncodeError:  # not what a terminal makes: from a program
        return text.encode("utf-8", "replace").decode("utf-8")
