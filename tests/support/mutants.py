"""How to break each rule of the method: gathered from beside the unit tests that must notice (`config: meta: mutants`).

A mutant there has the text of the rule, what it becomes, and the file when that is not the model's own. `[[…]]` stands
for Jinja's braces, which dbt would fill in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import yaml

from orchestration.home.paths import DBT_PROJECT

SQL = {path.name: path for path in DBT_PROJECT.rglob("*.sql") if not {"target", "logs"} & set(path.parts)}
JINJA = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
MACRO = re.compile(r"{%-? *macro (\w+)\(.*?{%-? *endmacro", re.DOTALL)


@dataclass(frozen=True)
class Mutant:
    """A rule, how to break it, the unit test that must notice, and the model that this is of."""

    caught_by: str
    model: str
    file: str
    rule: str
    broken: str


def unit_tests() -> Iterator[tuple[str, str, list[Mutant]]]:
    """Name, model and mutants of every unit test."""
    for path in sorted(DBT_PROJECT.rglob("*__unit_tests.yml")):
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]:
            written = test.get("config", {}).get("meta", {}).get("mutants", [])
            own = f"{test['model']}.sql"
            texts = [(one.get("file", own), *map(_with_braces, (one["rule"], one["broken"]))) for one in written]
            yield test["name"], test["model"], [Mutant(test["name"], test["model"], *text) for text in texts]


def _with_braces(text: str) -> str:
    return text.replace("[[", "{{").replace("]]", "}}")


@cache
def macros() -> dict[str, str]:
    """Every macro of the project, by name."""
    return {found[1]: found[0] for path in SQL.values() for found in MACRO.finditer(path.read_text(encoding="utf-8"))}


@cache
def rests_on(name: str) -> frozenset[str]:
    """A model or macro, and the macros that it comes to use."""
    text = " ".join(JINJA.findall(macros().get(name) or SQL[f"{name}.sql"].read_text(encoding="utf-8")))
    used = {macro for macro in macros() if macro != name and re.search(rf"\b{macro}\b", text)}
    return frozenset({name}).union(*(rests_on(macro) for macro in used))


def broken_by(mutant: Mutant) -> set[str]:
    """The model or the macros that a mutant changes."""
    text = SQL[mutant.file].read_text(encoding="utf-8")
    changed = {found[1] for found in MACRO.finditer(text) if mutant.rule in found[0]}
    return changed or {SQL[mutant.file].stem}


def rounds() -> list[list[Mutant]]:
    """The mutants, those together of which none has a hand in another one's unit test: that saves time."""
    together: list[list[Mutant]] = []
    for mutant in (one for _, _, mutants in unit_tests() for one in mutants):
        for others in together:
            pairs = [pair for other in others for pair in ((mutant, other), (other, mutant))]
            if not any(broken_by(one) & rests_on(other.model) for one, other in pairs):
                others.append(mutant)
                break
        else:
            together.append([mutant])
    return together
