"""What the documents say without a number, as wishes: after every printed figure, as far as those allow.

Everything is read from `seeds/reports/claims.csv`; taken are changes of the nation between quarters and half-years of
what the core numbers hold (clients, started, ended, with result), since the years are printed. What does not belong
here: who meets the wishes (`core.py`), and what follows from shares by funding or type, constants of their modules.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reconstruction.targets import SEEDS

CLAIMS = SEEDS / "reports" / "claims.csv"
SCOPES = SEEDS / "reports" / "scopes.csv"
MEASURES = {
    "clients_active": "clients",
    "clients_started": "started",
    "clients_ended": "ended",
    "ended_with_result": "with result",
}
"""What a claim calls the core numbers."""

RATHER, NEAR = 4, 1
"""How many clients a rise or fall is asked to be, and two equal numbers to lie apart: making whole takes some of it."""

MOST, LESS = 1.14, 1.10
"""What the half-year that rose most is asked to be of the one before, and the others at most."""

OUT_OF_REACH = {
    "annual_2024-01": "Het jaarrapport zelf geeft 367 en 379 jobcoaching-trajecten.",
    "annual_2024-02": "Tabel 3.1 laat voor Werkfit 430 en 458 trajecten over; de gedrukte 656 en 639 passen niet.",
    "annual_2024-09": "Tabel 3.1 laat voor Werkfit 236 en 268 starts over; de gedrukte 341 en 320 passen niet.",
    "annual_2024-19": "Van jobcoaching en overig samen zijn 188 en 417 trajecten met overige financiering gedrukt.",
    "annual_2024-40": "Het jaarrapport zelf geeft 27 en 100 jobcoaching-starts.",
    "annual_2024-41": "Van Werkfit om dezelfde reden niet.",
    "annual_2024-46": "Het jaarrapport zelf geeft 2.120 en 2.183 cliënten met duurzaam betaald werk.",
    "quarterly_2025q1-14": "Werkfit en Naar Werk gaan samen van 170 naar 246, met 74 starts: er leverden er meer.",
    "quarterly_2025q1-15": "De 575 trajecten van 2024-Q1 en Tabel 3.1 laten Werkfit toen hooguit enkele einden.",
    "quarterly_2025q1-20": "Het kwartaalrapport zelf geeft 35 en 37 cliënten met duurzaam betaald werk.",
    "quarterly_2025q1-25": "Een andere zin zegt dat er meer lopende Naar Werk-trajecten zijn dan een jaar eerder.",
}
"""Claims that the sample does not meet, with the reason: the printed figures, or another claim, stand in the way."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a core number of some trajectories in a quarter or half-year."""

    kind: str
    trajectories: tuple[str, ...]
    period: str


@dataclass(frozen=True)
class Wish:
    """`later` less `factor` times `earlier` is at least `least`."""

    claim: str
    later: Side
    earlier: Side
    least: int
    factor: float = 1.0


def read_wishes(path: Path = CLAIMS) -> list[Wish]:
    """The wishes of all claims that can be met, in the order of the list."""
    scopes = {row["scope"]: tuple(row["trajectories"].split()) for row in _read(SCOPES)}
    found: list[Wish] = []
    for claim in _read(path):
        if claim["claim_id"] not in OUT_OF_REACH:
            found += _wishes(claim, scopes)
    return found


def _wishes(claim: dict[str, str], scopes: dict[str, tuple[str, ...]]) -> Iterator[Wish]:
    pairs = [pair for key in claim["keys"].replace(" ; ", " ").split() for pair in _sides(key, scopes)]
    name = claim["claim_id"]
    if claim["predicate"] == "rose_most" and pairs:
        most, *others = pairs
        yield Wish(name, *most, 0, MOST)
        yield from (Wish(name, earlier, later, 0, 1 / LESS) for later, earlier in others)
        return
    for later, earlier in pairs:
        if claim["predicate"] == "rose":
            yield Wish(name, later, earlier, RATHER)
        if claim["predicate"] == "fell":
            yield Wish(name, earlier, later, RATHER)
        if claim["predicate"] == "about_equal":
            yield Wish(name, later, earlier, -NEAR)
            yield Wish(name, earlier, later, -NEAR)


def _sides(key: str, scopes: dict[str, tuple[str, ...]]) -> Iterator[tuple[Side, Side]]:
    """The two sides of a change of core numbers; nothing for any other key."""
    comparison, _, rest = key.partition("/")
    period, level, _, _, trajectory, measure, breakdown, _ = (
        f"{rest}/".split("/")[:8] if rest.count("/") == 7 else [""] * 8
    )
    earlier = _earlier(comparison, period)
    if earlier and level == "national" and measure in MEASURES and breakdown == "-":
        names = scopes.get(trajectory, (trajectory,))
        yield Side(MEASURES[measure], names, period), Side(MEASURES[measure], names, earlier)


def _earlier(comparison: str, period: str) -> str | None:
    """The period that a comparison of quarters or half-years is with."""
    back = {"previous_quarter": (1, 4), "same_quarter_last_year": (4, 4), "previous_half_year": (1, 2)}.get(comparison)
    if back is None:
        return None
    steps, parts = back
    count = int(period[:4]) * parts + int(period[6]) - 1 - steps
    return f"{count // parts}-{period[5]}{count % parts + 1}"


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
