"""How days are written in Dutch, wherever somebody reads them in a sentence."""

from __future__ import annotations

from datetime import date

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


def in_words(day: date) -> str:
    """A day as one says it: 31 juli 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
