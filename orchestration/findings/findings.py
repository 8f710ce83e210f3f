"""What a check has to say about a delivery, in the words of the rule catalogue (`rules.csv`).

A rule's code is never reused and its Dutch texts are data. Nothing is judged here.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from string import Formatter

CATALOGUE = Path(__file__).with_name("rules.csv")
WHOLE_FILE = "bestand"
PLACES = "; "  # between the cells or rows of a finding that is about more than one
ABOUT = ("region_code", "trajectory", "measure", "breakdown", "category")
PER_RULE = 1000
_SHOWN = 60


@dataclass(frozen=True)
class Rule:
    """One line of the catalogue; `found`, `expected` and `message` are templates over a finding's facts."""

    rule: str
    level: str
    name: str
    found: str
    expected: str
    message: str


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (or worth knowing), and where."""

    rule: str
    level: str
    location: str
    found: str
    expected: str
    message: str
    # what it is about, in codes ('' where it is about more than one), and the values that make it this finding:
    # by these it is the same one in the next delivery, wherever its cells stand there (docs/decisions/0009)
    region_code: str = ""
    trajectory: str = ""
    measure: str = ""
    breakdown: str = ""
    category: str = ""
    figures: str = ""

    def as_dict(self) -> dict[str, str]:
        """What the ledger keeps: what is empty is left out."""
        return {name: text for name, text in asdict(self).items() if text}


@cache
def rules() -> dict[str, Rule]:
    """The catalogue by rule code."""
    with CATALOGUE.open(encoding="utf-8", newline="") as lines:
        return {line["rule"]: Rule(**line) for line in csv.DictReader(lines)}


def shown(fact: object) -> str:
    """A fact as it may stand in a message: short, printable (who knows what a file holds), never blank."""
    text = str(fact)
    cut = text[:_SHOWN] + "…" if len(text) > _SHOWN else text
    return "".join(character if character.isprintable() else "·" for character in cut) or "(leeg)"


def finding(code: str, location: str = WHOLE_FILE, **facts: object) -> Finding:
    """The finding of a rule at a location, its texts filled in with the facts."""
    rule = rules()[code]
    # lists that we wrote ourselves may be longer than what we quote from a file
    words = {name: fact if isinstance(fact, Ours) else shown(fact) for name, fact in facts.items()}
    texts = {text: getattr(rule, text).format_map(words) for text in ("found", "expected", "message")}
    about = {name: shown(words[name]) for name in ABOUT if words.get(name)}
    figures = "; ".join(f"{name}={words[name]}" for name in _compared(rule) if isinstance(facts.get(name), int))
    return Finding(rule.rule, rule.level, location, **texts, **about, figures=figures)


def places(location: str) -> list[str]:
    """The cells ("Blad1!H12") or rows ("rij 12") that a finding's location names."""
    return location.split(PLACES)


def _compared(rule: Rule) -> list[str]:
    """The facts that a warning (nothing else is ever closed) shows as found and expected, in whatever words."""
    if rule.level != "warning":
        return []
    return [name for _, name, _, _ in Formatter().parse(rule.found + rule.expected) if name]


class Ours(str):
    """Text of our own (labels, names, explanations), not to be cut off in a message."""

    __slots__ = ()


def capped(findings: Iterable[Finding]) -> list[Finding]:
    """At most `PER_RULE` findings of each rule, then one that says how many more there are."""
    kept: list[Finding] = []
    seen: Counter[str] = Counter()
    for one in findings:
        seen[one.rule] += 1
        if seen[one.rule] <= PER_RULE:
            kept.append(one)
    return kept + [more(code, count - PER_RULE) for code, count in seen.items() if count > PER_RULE]


def more(code: str, count: int) -> Finding:
    """Stands for the findings of a rule that were too many to write out."""
    rule = rules()[code]
    message = f"En nog {count} keer dezelfde melding ({code}). Verbetert u ook die plaatsen."
    return Finding(code, rule.level, WHOLE_FILE, f"nog {count} keer", "–", message)
