"""Is this folder a home, and if not, which one was meant? Looks at names only, so that a typing error makes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from orchestration.home.escaping import shown
from orchestration.home.paths import Home

MOST_LOOKED_AT = 500  # folders: who stands in / does not wait
# DuckDB takes a ? in a path for the end of it; the rest cannot be written on one line of a profile or a log
REFUSED = "?"


class NotAHome(Exception):
    """The folder is no home; the message names it and the nearest one, and says, in Dutch, how to make one."""

    @classmethod
    def of(cls, home: Home) -> NotAHome:
        """For this folder."""
        there = "is geen home van werkmonitor" if home.root.is_dir() else "bestaat niet"
        near = nearest(home.root)
        meant = f"Bedoelde u {shown(str(near.root))}? Zet WERKMONITOR_HOME daarop. " if near else ""
        return cls(
            f"{shown(str(home.root))} {there}. {meant}"
            "Een nieuwe home maakt u met `werkmonitor init`, of met --new bij dit commando."
        )


def require_usable(home: Home) -> None:
    """Refuse a path at which no home can stand. Raises NotAHome."""
    path = str(home.root)
    refused = sorted({one for one in path if one in REFUSED or shown(one) != one})
    if refused:
        signs = ", ".join(f"'{shown(one)}'" for one in refused)
        raise NotAHome(f"Een home mag in haar pad geen {signs} hebben: {shown(path)}. Geef de map een andere naam.")
    if home.root.exists() and not home.root.is_dir():
        raise NotAHome(f"{path} is een bestand, geen map: daar kan geen home staan.")


def nearest(path: Path) -> Home | None:
    """The home around a path, in it, or beside it under the name that looks most like it; None when there is none."""
    around = next((Home(parent) for parent in path.parents if Home(parent).exists), None)
    return around or _most_like(path.name, _homes_in(path)) or _beside(path)


def _beside(path: Path) -> Home | None:
    """At the first place above where anything is: the folders there, and those in them."""
    there = next((parent for parent in path.parents if parent.is_dir()), None)
    if there is None:
        return None
    wanted = path.relative_to(there).parts
    return _most_like(wanted[-1], _homes_in(there)) or _most_like(
        wanted[-1], [home for folder in _folders(there) for home in _homes_in(folder)]
    )


def _most_like(name: str, homes: list[Home]) -> Home | None:
    return max(homes, key=lambda home: SequenceMatcher(None, name, home.root.name).ratio(), default=None)


def _homes_in(folder: Path) -> list[Home]:
    return [home for home in map(Home, _folders(folder)) if home.exists]


def _folders(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(MOST_LOOKED_AT), entries, strict=False):
                if entry.is_dir() and not entry.name.startswith("."):
                    yield Path(entry.path)
    except OSError:
        return
