"""An explanation on the terminal (Dutch), or as JSON. No reading and no calculation here."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.reporting.explaining import Explanation, Number

UNKNOWN = "onbekend"


def show(explanation: Explanation, console: Console) -> None:
    """The number, the formula with its numbers, the quarters, the organisations, and what is missing."""
    question = explanation.question
    row = " · ".join([question.mart, question.period, *question.keys.values()])
    console.print(Text.assemble((explanation.name, "bold"), f" ({question.measure})"))
    console.print(Text.assemble(f"{row}: ", (written(explanation.value), "bold")))
    console.print(f"\n{explanation.definition}\nBron: {explanation.source}", highlight=False, markup=False)
    console.print(f"\nFormule: {explanation.formula}", highlight=False, markup=False)
    for term in explanation.terms:
        console.print(f"  {term['name']}: {written(term['value'])}", highlight=False, markup=False)
    console.print(f"  uitgerekend: {_check(explanation)}", highlight=False, markup=False)
    _table(console, "Per kwartaal", ["quarter", "value"], explanation.quarters)
    columns = ["organisation_id", "value", "versions"]
    _table(console, "Organisaties en hun leveringen", columns, explanation.organisations)
    if explanation.missing:
        _table(console, "Verwacht en niet geleverd", ["organisation_id", "trajectory", "quarters"], explanation.missing)
    else:
        console.print("\nEr ontbreken geen verwachte leveringen.")


def print_json(explanation: Explanation, console: Console) -> None:
    """Everything, under the names of the published file."""
    text = json.dumps(explanation.as_dict(), ensure_ascii=False, indent=2)
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def written(number: Number) -> str:
    """A number as Dutch readers write it; unknown is said, never shown as 0."""
    if number is None:
        return UNKNOWN
    text = f"{number:,.4f}".rstrip("0").rstrip(".") if isinstance(number, float) else f"{number:,}"
    return text.translate(str.maketrans(",.", ".,"))


def _check(explanation: Explanation) -> str:
    if explanation.equal:
        return f"{written(explanation.computed)}, gelijk aan de tabel"
    return f"{written(explanation.computed)}; de tabel heeft {written(explanation.value)}. Meld dit als fout."


HEADINGS = {
    "quarter": "kwartaal",
    "value": "waarde",
    "organisation_id": "organisatie",
    "versions": "leveringen",
    "trajectory": "traject",
    "quarters": "kwartalen",
}


def _table(console: Console, title: str, columns: list[str], rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    table = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(HEADINGS[column], justify="right" if column == "value" else "left")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    console.print(table)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return value if isinstance(value, str) else written(value)  # type: ignore[arg-type]  # the rest are numbers
