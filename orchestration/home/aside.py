"""Sets aside a file that is broken and can be made anew, and says so: nothing goes that may tell what happened."""

from __future__ import annotations

import logging
from itertools import count
from pathlib import Path

log = logging.getLogger(__name__)


def set_aside(path: Path, why: str) -> Path:
    """Give a file or folder another name beside its own; where it is now."""
    names = (path.with_name(f"{path.name}.stuk-{number}") for number in count(1))
    aside = next(one for one in names if not one.exists())
    path.rename(aside)
    log.warning("%s is niet te lezen (%s). Opzij gezet als %s; er wordt een nieuwe gemaakt.", path, why, aside.name)
    return aside
