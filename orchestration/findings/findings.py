"""What a check has to say about a delivery, in the words of the rule catalogue (`rules.csv`).

A rule's code is never reused and its Dutch texts are data. Who filled in the template is told the same in the words of
its sheets (`rules_on_sheet.csv`, where they differ). Nothing is judged here.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from string import Formatter

from orchestration.findings.dutch import number

CATALOGUE = Path(__file__).with_name("rules.csv")
ON_SHEET = Path(__file__).with_name("rules_on_sheet.csv")
WHOLE_FILE = "bestand"
PLACES = "; "  # between the cells or rows of a finding that is about more than one
ABOUT = ("region_code", "trajectory", "measure", "breakdown", "category")
PER_RULE = 1000
_CELL = ("trajectory", "measure", "breakdown", "category")
# what findings of a rule have in common when one mistake made them all: a region twice is one, not one per cell
CAUSES = {
    "E106": ("found",),
    "E301": ("region_code",),
    "E302": ("trajectory",),
    "E303": _CELL,
    "E304": _CELL,
    "E501": ("region_code", "trajectory"),
    "E502": _CELL,
    "E504": ("trajectory", "found"),
    "E804": ("found",),
}
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


@cache
def rules_on_sheet() -> dict[str, Rule]:
    """The catalogue as it is told to who filled in the template."""
    with ON_SHEET.open(encoding="utf-8", newline="") as lines:
        told = {line.pop("rule"): {name: text for name, text in line.items() if text} for line in csv.DictReader(lines)}
    return {code: replace(rule, **told.get(code, {})) for code, rule in rules().items()}


def shown(fact: object) -> str:
    """A fact as it may stand in a message: short, printable (who knows what a file holds), never blank."""
    text = number(fact) if type(fact) is int else str(fact)
    cut = text[:_SHOWN] + "…" if len(text) > _SHOWN else text
    return "".join(character if character.isprintable() else "·" for character in cut) or "(leeg)"


def finding(code: str, location: str = WHOLE_FILE, **facts: object) -> Finding:
    """The finding of a rule at a location, its texts filled in with the facts."""
    return _filled_in(rules()[code], location, facts)


def finding_on_sheet(code: str, location: str, **facts: object) -> Finding:
    """The same, told to who filled in the template."""
    return _filled_in(rules_on_sheet()[code], location, facts)


def _filled_in(rule: Rule, location: str, facts: Mapping[str, object]) -> Finding:
    # lists that we wrote ourselves may be longer than what we quote from a file
    words = {name: fact if isinstance(fact, Ours) else shown(fact) for name, fact in facts.items()}
    texts = {text: getattr(rule, text).format_map(words) for text in ("found", "expected", "message")}
    about = {name: shown(words[name]) for name in ABOUT if words.get(name)}
    figures = "; ".join(
        f"{name}={facts[name]}" for name in _compared(rules()[rule.rule]) if isinstance(facts.get(name), int)
    )
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


def gathered(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for all places that one mistake made wrong; what is not the same in all of them is left out."""
    same: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for nth, one in enumerate(findings):
        parts = CAUSES.get(one.rule)
        cause = [getattr(one, part) for part in parts] if parts else [str(nth)]
        same[one.rule, *cause].append(one)
    return [_together(alike) for alike in same.values()]


def _together(alike: list[Finding]) -> Finding:
    first = alike[0]
    where = list(dict.fromkeys(place for one in alike for place in places(one.location)))
    if len(alike) == 1 or len(where) == 1:
        return first
    about = {part: getattr(first, part) if len({getattr(one, part) for one in alike}) == 1 else "" for part in ABOUT}
    others = len(where) - 1
    message = f"{first.message} Hetzelfde geldt voor nog {number(others)} {'plaats' if others == 1 else 'plaatsen'}."
    return replace(first, location=PLACES.join(where[:PER_RULE]), message=message, **about)


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
    times = number(count)
    message = f"En nog {times} keer dezelfde melding ({code}). Verbetert u ook die plaatsen."
    return Finding(code, rule.level, WHOLE_FILE, f"nog {times} keer", "–", message)
