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

CATALOGUE = Path(__file__).with_name("rules.csv")
WHOLE_FILE = "bestand"
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

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


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
    return Finding(rule.rule, rule.level, location, **texts)


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
