"""Hands out the template: collects what stands in it, and writes the newest edition to a file."""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.home.paths import Home
from orchestration.reading import apart
from orchestration.reading.form import editions
from orchestration.template import writer
from orchestration.template.contents import NotAsked, collect
from orchestration.template.writer import EditionTooOld

__all__ = ["AlreadyFilledIn", "EditionTooOld", "NotAsked", "hand_out"]
_EMPTY_TEMPLATE = "E806"


class AlreadyFilledIn(Exception):
    """There is a file at that place, and it is no empty template."""


def hand_out(home: Home, organisation_id: str, quarter: str, path: Path) -> None:
    """Write the template of an organisation and quarter; an empty one may be replaced, nothing else is."""
    contents = collect(home, organisation_id, quarter)
    if path.exists() and [one.rule for one in apart.read(path, path.name).findings] != [_EMPTY_TEMPLATE]:
        raise AlreadyFilledIn(f"{path} bestaat al en is geen leeg sjabloon; kies een andere naam of verwijder het.")
    workbook = writer.build(contents, editions.newest())
    passing = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        workbook.save(passing)
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)
