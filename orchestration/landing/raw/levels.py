"""How much each rule weighs in a home: the catalogue, with the levels of the home's own `reference/rules.csv`.

That list has two columns, rule and level. A home may raise any rule and lower a warning to a mention. What is an error
in the catalogue stays one: form, keys, complete blocks and inequalities are what the figures rest on. The words of a
rule are never a home's own.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from orchestration.findings import findings
from orchestration.home.paths import Home
from orchestration.home.reference import Line, read_list

LIST = "rules"
LEVELS = ("info", "warning", "error")  # from light to heavy
# said of a file that is not judged by it: there is nothing to raise
SAID_BY_LANDING = ("I801",)


class WrongLevels(Exception):
    """A home's own levels cannot be followed; the message says, in Dutch, which line and why."""


def rules_in_force(home: Home) -> list[Line]:
    """The lines of the catalogue with the level that they have in this home.

    Raises:
        WrongLevels: a line names no rule or no level, or lowers an error.
    """
    path = home.own_list(LIST)
    own = _own_levels(path) if path else {}
    return [{**asdict(rule), "level": own.get(code, rule.level)} for code, rule in findings.rules().items()]


def refusing(home: Home) -> set[str]:
    """The warnings and mentions of the catalogue that are errors in this home."""
    raised = (line for line in rules_in_force(home) if line["level"] == "error")
    return {line["rule"] for line in raised if findings.rules()[line["rule"]].level != "error"}


def _own_levels(path: Path) -> dict[str, str]:
    levels: dict[str, str] = {}
    for number, line in enumerate(read_list(path), 2):
        rule, level = line.get("rule", ""), line.get("level", "")
        if problem := _problem(rule, level):
            raise WrongLevels(f"reference/{LIST}.csv, rij {number}: {problem}")
        levels[rule] = level
    return levels


def _problem(rule: str, level: str) -> str | None:
    known = findings.rules().get(rule)
    if known is None:
        return f"regel '{rule}' bestaat niet; de codes staan in de eerste kolom van de bevindingen."
    if level not in LEVELS:
        return f"niveau '{level}' bestaat niet; kies uit {', '.join(LEVELS)}."
    if known.level not in LEVELS or (rule in SAID_BY_LANDING and level != known.level):
        return f"het niveau van {rule} ligt vast."
    if known.level == "error" and level != "error":
        return f"{rule} is een fout en blijft dat: zonder deze regel kloppen de cijfers niet."
    return None
