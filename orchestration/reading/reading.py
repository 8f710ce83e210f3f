"""Reads a delivery of any kind into tidy rows; what is wrong with it becomes a finding, never a traceback.

The kind is told by the content, not by the name. Whether the values are right is for the gate. A file that others sent
is read in a process of its own (`apart`), which calls this.
"""

from __future__ import annotations

import errno
import logging
from pathlib import Path

from orchestration.reading import tidy
from orchestration.reading.csv_reader import read_csv
from orchestration.reading.tidy import ReadFile
from orchestration.reading.xlsx.package import DAMAGED
from orchestration.reading.xlsx_reader import read_xlsx

LOG = logging.getLogger(__name__)
MOST_MB = 20
ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel files, and any workbook with a password


def read(path: Path, file_name: str) -> ReadFile:
    """The rows of a file and what went wrong while reading it.

    That the file cannot be opened at all is our problem, not the sender's: that error is raised. So is want of memory:
    whose that is, `apart` can tell.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        magic = file.read(len(_OLE))
    try:
        return _read(path, size, magic)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except OSError as problem:
        if problem.errno != errno.EINVAL:  # a place in the zip before its start: that is the file's doing
            raise
        return tidy.refused("E101", problem="de werkmap is beschadigd of onvolledig")
    except DAMAGED as problem:
        LOG.info("%s: %s", file_name, problem)
        return tidy.refused("E101", problem="de werkmap is beschadigd of onvolledig")
    except BaseException as problem:  # a panic in a parser derives from BaseException
        LOG.warning("%s: onverwacht bij het lezen: %r", file_name, problem)
        return tidy.refused("E101", problem="de inhoud is beschadigd of van een onbekende soort")


def _read(path: Path, size: int, magic: bytes) -> ReadFile:
    if size == 0:
        return tidy.refused("E102", problem="het bestand is leeg")
    if size > MOST_MB << 20:
        return tidy.refused("E103", size=f"{size / (1 << 20):.1f} MB".replace(".", ","))
    if magic == _OLE:
        return tidy.refused("E107")
    return read_xlsx(path) if magic.startswith(ZIP) else read_csv(path)
