"""How days and numbers are written in Dutch, and what was meant by a name that is not there, for who reads them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from difflib import get_close_matches

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)

# the groups of cells, as they are headed in the template
GROUPS = {
    "core": "Cliënten en beëindigingen",
    "work": "Betaald werk",
    "education": "Opleiding",
    "unpaid_work": "Andere bezigheden",
    "time_to_first_job": "Duur tot de eerste baan",
    "job_duration": "Duur van het dienstverband",
}


def in_words(day: date) -> str:
    """A day as one says it: 31 juli 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def meant(typed: str, known: Collection[str]) -> str:
    """Which names that are known look most like what was typed: " Bedoelde u x of y?"; '' when none does."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(typed.strip().casefold(), by_fold, n=3, cutoff=0.6)
    return f" Bedoelde u {' of '.join(by_fold[name] for name in near)}?" if near else ""


def number(count: int) -> str:
    """A whole number with a point between its thousands: 1.000.000."""
    return f"{count:,}".replace(",", ".")


def without_points(text: str) -> str | None:
    """A whole number that was written with points, commas or spaces between its thousands, as we can read it."""
    grouped = re.fullmatch(
        r"[0-9]{1,3}(?:[.][0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3})+", text
    )
    return re.sub(r"[^0-9]", "", text) if grouped else None
