"""Brings the folder `feedback/` up to date: per delivery that has something to answer for, a page and a marked copy.

What stands there is what still counts: the delivery in force of each quarter and what was refused after it. Feedback of
a delivery that was followed up is taken away; all of it can be made again from archive and ledger. Nothing that stands
there already is written again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Container
from contextlib import suppress
from pathlib import Path

from orchestration.feedback import marked_copy, page
from orchestration.feedback.collecting import collect
from orchestration.feedback.remarks import ASKED, Told
from orchestration.home.paths import Home
from orchestration.home.reference import reference_list

LOG = logging.getLogger(__name__)
NOBODY = "_onbekend"
WORDS = {"rejected": "afgekeurd", "accepted": "aangenomen"}
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OURS = re.compile(r"\.?(?:[0-9]{4}-Q[1-4]|onbekend)_(?:afgekeurd|aangenomen)_[0-9]+\.(?:html|xlsx)")


def write(home: Home) -> int:
    """Write what is new and take away what no longer counts; how many deliveries have feedback."""
    names = {line["organisation_id"]: line["name"] for line in reference_list(home, "organisations")}
    told = [one for one in collect(home) if one.is_deferred or any(remark.level in ASKED for remark in one.remarks)]
    for one in told:
        try:
            _write_one(home, one, names.get(one.organisation_id or "", ""))
        except OSError:
            LOG.exception("De terugkoppeling op ontvangst %d is niet geschreven.", one.receipt)
    pages = [place(home, one) for one in told]
    _take_away_all_but(home, {*pages, *(page.with_suffix(".xlsx") for page in pages)})
    return len(told)


def place(home: Home, told: Told) -> Path:
    """Where the page of a delivery goes. The owner is one that we know, or nobody: never a name out of a file."""
    owner = told.organisation_id or ""
    quarter = told.quarter or ""
    folder = owner if _SAFE.fullmatch(owner) else NOBODY
    name = quarter if re.fullmatch(r"[0-9]{4}-Q[1-4]", quarter) else "onbekend"
    return home.feedback / folder / f"{name}_{WORDS[told.status]}_{told.receipt}.html"


def _write_one(home: Home, told: Told, organisation_name: str) -> None:
    """The files of one delivery, written unless they say the same already."""
    html = place(home, told)
    xlsx = html.with_suffix(".xlsx")
    said = page.render(told, organisation_name, xlsx.name if xlsx.exists() else None)
    if html.exists() and html.read_text(encoding="utf-8") == said:
        return
    html.parent.mkdir(parents=True, exist_ok=True)
    has_copy = _write_copy(home, told, xlsx)
    _passing(html).write_text(page.render(told, organisation_name, xlsx.name if has_copy else None), encoding="utf-8")
    _passing(html).replace(html)


def _write_copy(home: Home, told: Told, path: Path) -> bool:
    """Whether there is a copy. A fault of ours costs one delivery its copy, and the others nothing."""
    path.unlink(missing_ok=True)
    try:
        workbook = marked_copy.make(home, told)
        if workbook is not None:
            workbook.save(_passing(path))
            _passing(path).replace(path)
    except Exception:
        LOG.exception("Van ontvangst %d is geen kopie met opmerkingen te maken.", told.receipt)
        return False
    return workbook is not None


def _passing(path: Path) -> Path:
    return path.with_name(f".{path.name}")


def _take_away_all_but(home: Home, kept: Container[Path]) -> None:
    """Remove feedback of ours that no longer counts; what others put there stays."""
    for folder in [path for path in home.feedback.glob("*") if path.is_dir() and not path.is_symlink()]:
        for path in list(folder.iterdir()):
            if path not in kept and _OURS.fullmatch(path.name):
                path.unlink()
        with suppress(OSError):  # not empty
            folder.rmdir()
