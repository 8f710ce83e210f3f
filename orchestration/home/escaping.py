"""Shows text that others chose (a file's name, what a cell held): never as a command to a terminal, a page or a log."""

from __future__ import annotations

import errno
import unicodedata

# what a terminal takes as a command, what ends a line, what turns the direction of reading, and halves of characters
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
IN_WORDS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

# the system's own words are English
PROBLEMS = {
    errno.EACCES: "geen toegang",
    errno.EPERM: "niet toegestaan",
    errno.ENOENT: "bestaat niet",
    errno.ENOTDIR: "is geen map",
    errno.EISDIR: "is een map, geen bestand",
    errno.EEXIST: "bestaat al",
    errno.ENOTEMPTY: "is niet leeg",
    errno.ENOSPC: "de schijf is vol; maak ruimte",
    errno.EDQUOT: "uw ruimte op de schijf is op; maak ruimte",
    errno.EROFS: "op deze schijf kan niet worden geschreven",
    errno.EIO: "de schijf geeft een fout",
    errno.ELOOP: "is een koppeling die naar zichzelf wijst",
    errno.ENAMETOOLONG: "de naam is te lang",
    errno.EMFILE: "er staan te veel bestanden open",
    errno.ENFILE: "er staan te veel bestanden open",
    errno.EADDRINUSE: "is al in gebruik",
    errno.EADDRNOTAVAIL: "is geen adres van deze computer",
    errno.ECONNREFUSED: "daar luistert niemand",
    errno.ETIMEDOUT: "geen antwoord",
    errno.ESTALE: "de schijf is weg",
}


def shown(text: str) -> str:
    """The text on one line, with what cannot be seen written out: `\\x1b`, `\\n`."""
    return "".join(_written_out(one) if unicodedata.category(one) in UNSEEN else one for one in text)


def in_dutch(problem: OSError) -> str:
    """What the system refused, in Dutch, with the path that it was about."""
    return f"{shown(str(problem.filename))}: {words(problem)}" if problem.filename else words(problem)


def words(problem: OSError) -> str:
    """The same without the path."""
    return PROBLEMS.get(problem.errno or 0) or str(problem.strerror or problem)


def _written_out(character: str) -> str:
    if character in IN_WORDS:
        return IN_WORDS[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
