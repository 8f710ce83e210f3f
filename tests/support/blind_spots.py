"""Writes docs/blind_spots.md: every kind of corruption, and what becomes of it.

`python -m tests.support.blind_spots` writes the page anew; one test holds it against the kinds, others hold the kinds
against the gate.
"""

from __future__ import annotations

from orchestration.home.paths import REPOSITORY
from tests.support.corruptions import Kind, kinds

PAGE = REPOSITORY / "docs" / "blind_spots.md"
INTRODUCTION = """\
# Blind spots: what the gate sees and what it cannot

The gate holds a delivery against itself and against earlier quarters, by rules that are agreed upon. What is wrong and
fits all of them looks like a right delivery, and nothing behind the gate will notice. Below are the ways in which a
valid delivery can be spoilt. Of each, a test spoils random deliveries with an earlier quarter in force, and checks that
what stands here is true. Whoever answers for the figures should know the first two lists.

| what becomes of it | means |
|---|---|
| rejected | an error: nothing of the delivery counts |
| warned about | accepted, with a warning that the right delivery does not have |
| asked again | accepted; a warning that stood there already shows other numbers (and opens again if it was closed) |
| harmless | accepted, with the same numbers |
| unseen | accepted, with wrong numbers and without a word |

Made by `make blind-spots` from `tests/support/corruptions_of_numbers.py` and `corruptions_of_files.py`.
"""
UNSEEN, PARTLY, SEEN, REJECTED, HARMLESS = SECTIONS = {
    "What no check can see": "",
    "What is seen or not, as the numbers have it": """\
Clients, ended, paid work and durable work of `ips` are counted by two or three breakdowns, which must give the same
total. All else is counted once: a slip in it shows only when it passes a limit or a threshold.
""",
    "What is warned about, or rejected": "",
    "What is rejected": "",
    "What does no harm": "",
}


def page() -> str:
    """The page as it should read."""
    return "\n".join([INTRODUCTION, *(line for heading in SECTIONS for line in _section(heading))])


def _section(heading: str) -> list[str]:
    found = [one for one in kinds().values() if _heading(one) == heading]
    about = [SECTIONS[heading]] if SECTIONS[heading] else []
    return [f"## {heading}", "", *about, *(f"- {one.what}{_becomes(one)}" for one in found), ""]


def _heading(kind: Kind) -> str:
    if kind.is_blind_spot:
        return UNSEEN if kind.becomes == {"unseen"} else PARTLY
    if "warned" in kind.becomes:
        return SEEN
    return REJECTED if "rejected" in kind.becomes else HARMLESS


def _becomes(kind: Kind) -> str:
    """What becomes of it, where the heading does not say that."""
    words = {"rejected": "rejected", "warned": "warned about", "asked again": "asked again", "unseen": "unseen"}
    is_said = _heading(kind) in (UNSEEN, REJECTED, HARMLESS)
    return "" if is_said else f" *{', '.join(word for name, word in words.items() if name in kind.becomes)}*"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
