"""What is wrong with a command as it was typed, in Dutch: Typer says it in English. Words only."""

from __future__ import annotations

import re
import sys
from typing import Any

import typer
from pydantic import ValidationError
from typer import core, rich_utils

from orchestration.home.escaping import shown
from orchestration.home.settings import expected

WRONG_USAGE = 2
UsageError: Any = typer.BadParameter.__bases__[0]  # Typer brings its own click, and does not export this
PATTERNS = (
    (r"No such command '(.*?)'\.?(?: Did you mean (.*)\?)?", "Het commando {0} bestaat niet.", "Bedoelde u {1}?"),
    (r"No such option: (\S+)(?: .*?(--\S+?)[?)]*)?", "De optie {0} bestaat niet.", "Bedoelde u {1}?"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", "Dit is te veel: {0}.", ""),
    (r"Option '(.*)' requires (?:an argument|\d+ arguments)\.?", "Achter {0} hoort een waarde.", ""),
    (r"Option '(.*)' does not take a value\.?", "Achter {0} hoort geen waarde.", ""),
    (r"Missing command\.?", "Noem een commando.", ""),
)
rich_utils.ARGUMENTS_PANEL_TITLE = "Argumenten"
rich_utils.OPTIONS_PANEL_TITLE = "Opties"
rich_utils.COMMANDS_PANEL_TITLE = "Commando's"
rich_utils.DEFAULT_STRING = "[standaard: {}]"
rich_utils.REQUIRED_LONG_STRING = "[verplicht]"


class DutchGroup(core.TyperGroup):
    """The commands; what is typed wrong is said in Dutch, exit status 2."""

    def main(self, *arguments: Any, **named: Any) -> Any:
        """As Typer's, which says it in English."""
        standalone_mode = named.pop("standalone_mode", True)
        try:
            result = super().main(*arguments, **{**named, "standalone_mode": False})
        except UsageError as problem:
            if not standalone_mode:
                raise
            if type(problem).__name__ == "NoArgsIsHelpError":
                problem.show()
                sys.exit(WRONG_USAGE)
            print(f"{in_dutch(problem)}\n{_where_to_look(problem)}", file=sys.stderr)
            sys.exit(WRONG_USAGE)
        if standalone_mode:
            sys.exit(result if isinstance(result, int) else 0)
        return result


def in_dutch(problem: Any) -> str:
    """What is wrong, in one sentence."""
    hint = _hint(problem)
    if type(problem).__name__ == "MissingParameter":
        return f"Er ontbreekt iets: {hint}."
    if isinstance(problem.__cause__, ValidationError):
        return f"{hint} is verkeerd: verwacht is {expected(problem.__cause__)}."
    for pattern, words, suggestion in PATTERNS:
        if found := re.fullmatch(pattern, problem.message):
            names = [shown(name or "") for name in found.groups()]
            meant = f" {suggestion}" if suggestion and names[1] else ""
            return f"{words}{meant}".format(*names)
    return str(problem.message)  # our own words, in Dutch already


def _hint(problem: Any) -> str:
    param = getattr(problem, "param", None)
    if getattr(param, "param_type_name", "") == "argument":
        return str(getattr(param, "name", "")).upper()
    return str(getattr(problem, "param_hint", None) or (param and " / ".join(param.opts)) or "").replace("'", "")


def _where_to_look(problem: Any) -> str:
    command = problem.ctx.command_path if getattr(problem, "ctx", None) else "werkmonitor"
    return f"Zie `{command} --help`."
