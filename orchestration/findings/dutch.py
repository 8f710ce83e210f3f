"""How days are written in Dutch, and what was meant by a name that is not there, wherever somebody reads a sentence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from difflib import get_close_matches

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


def in_words(day: date) -> str:
    """A day as one says it: 31 juli 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def meant(typed: str, known: Collection[str]) -> str:
    """Which names that are known look most like what was typed: " Bedoelde u x of y?"; '' when none does."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(typed.strip().casefold(), by_fold, n=3, cutoff=0.6)
    return f" Bedoelde u {' of '.join(by_fold[name] for name in near)}?" if near else ""
