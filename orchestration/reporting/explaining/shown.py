"""An explanation on the terminal (Dutch), or as JSON. No reading and no calculation here."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.publishing.rows import Row
from orchestration.reporting.explaining.figures import ChangeExplained, FigureExplained
from orchestration.reporting.explaining.wide_marts import Explanation, Number

UNKNOWN = "onbekend"
STATUSES = {
    "known": "",
    "unknown": "onbekend: niet geleverd",
    "not_registered": "niet van toepassing: geen van deze trajecten registreert dit",
    "no_base": "niet van toepassing: er is niets om door te delen",
    "not_asked": "niet van toepassing: er werd nog niet om gevraagd",
}
PRESENCES = {
    "present_in_both": "bekend in beide perioden",
    "newly_known": "nieuw bekend",
    "no_longer_known": "niet meer bekend",
}
INFLOW = ["clients_active", "clients_active_preceding", "clients_ended", "clients_started"]


def show(explanation: Explanation | FigureExplained | ChangeExplained, console: Console) -> None:
    """What was asked, as it should be shown."""
    if isinstance(explanation, FigureExplained):
        _show_figure(explanation, console)
    elif isinstance(explanation, ChangeExplained):
        _show_change(explanation, console)
    else:
        _show_cell(explanation, console)


def _show_figure(explanation: FigureExplained, console: Console) -> None:
    """The figure, what it rests on, its formula with its numbers, and all that was added up."""
    figure = explanation.figure
    value = STATUSES[figure["status"]] or written(figure["value"]) + (" %" if figure["unit"] == "percent" else "")
    console.print(Text.assemble((explanation.name, "bold"), f" ({figure['measure']})"))
    console.print(Text.assemble(f"{_place(figure)}: ", (value, "bold")))
    _line(console, f"Sleutel: {figure['figure_key']}")
    share = "" if figure["known_pct"] is None else f", {written(round(figure['known_pct'], 1))} % van de cliënten"
    _line(console, f"Rust op {figure['parts_known']} van {figure['parts']} delen{share}; {_state(figure)}.")
    _line(console, f"\n{explanation.definition}\nBron: {explanation.source}")
    _line(console, f"\nFormule: {explanation.formula}")
    for term in explanation.terms:
        _line(console, f"  {term['name']}: {written(term['value'])}")
    _line(console, f"  uitgerekend: {_check(explanation.equal, explanation.computed, figure['value'])}")
    _table(console, "Per kwartaal", ["quarter", "value"], explanation.quarters)
    _table(console, "Per traject", ["trajectory", "value"], explanation.trajectories)
    by = "organisation_id" if "organisation_id" in (explanation.organisations or [{}])[0] else "region_code"
    columns = [by, "value", "versions"] if by == "organisation_id" else [by, "value"]
    _table(console, "Waaruit het bestaat", columns, explanation.organisations)
    inflow = ["organisation_id", "region_code", "trajectory", *INFLOW]
    _table(console, "Instroom per deel: S = max(0, A − (B − C))", inflow, explanation.inflow)
    _show_missing(console, explanation.missing)


def _show_change(explanation: ChangeExplained, console: Console) -> None:
    """The change, like for like, the three parts that it adds up to, and who they are."""
    change = explanation.change
    console.print(Text.assemble((explanation.name, "bold"), f" ({change['measure']})"))
    before, now = (written(change[side]) for side in ("compared_value", "value"))
    sides = f" ({before} in {change['compared_period']}, {now} in {change['period']})"
    console.print(Text.assemble(f"{_place(change)}: ", (written(change["change"]), "bold"), sides))
    _line(console, f"Sleutel: {change['change_key']}")
    if change["not_comparable_reason"]:
        _line(console, f"Niet te vergelijken: {change['not_comparable_reason']}.")
    if change["pairs"] is not None:
        like = f"{written(change['like_for_like_change'])}, van {change['pairs']} paren van organisatie en traject"
        _line(
            console,
            f"Like for like: {like if change['pairs'] else 'geen enkel paar is in beide even volledig bekend'}.",
        )
    for presence, words in PRESENCES.items():
        if change[f"change_{presence}"] is not None:
            checked = _check(explanation.equal, explanation.computed[presence], change[f"change_{presence}"])
            _line(console, f"  {words}: {checked}")
    columns = ["organisation_id", "trajectory", "compared_value", "value", "change", "presence"]
    pairs = [pair | {"presence": PRESENCES[pair["presence"]]} for pair in explanation.pairs]
    _table(console, "Per organisatie en traject", columns, pairs)
    console.print("\nVerder, per periode:")
    for key in (explanation.compared_figure_key, explanation.figure_key):
        _line(console, f"  werkmonitor explain {key}")


def _place(row: Row) -> str:
    names = [row["trajectory_name"], row["region_name"], row["organisation_name"] or row["organisation_id"]]
    return " · ".join([row["period"], *(name for name in names if name)])


def _state(figure: Row) -> str:
    words = {
        "complete": "compleet",
        "provisional": "voorlopig",
        "open": "",
        "closed": "afgesloten",
        "revised": "herzien",
    }
    states = [words[figure["period_status"]], words[figure["year_status"] or "open"]]
    estimate = ["een schatting"] if figure["is_estimate"] else []
    return ", ".join([state for state in states if state] + estimate)


def _show_cell(explanation: Explanation, console: Console) -> None:
    """The number, the formula with its numbers, the quarters, the organisations, and what is missing."""
    question = explanation.question
    row = " · ".join([question.mart, question.period, *question.keys.values()])
    console.print(Text.assemble((explanation.name, "bold"), f" ({question.measure})"))
    console.print(Text.assemble(f"{row}: ", (written(explanation.value), "bold")))
    console.print(f"\n{explanation.definition}\nBron: {explanation.source}", highlight=False, markup=False)
    console.print(f"\nFormule: {explanation.formula}", highlight=False, markup=False)
    for term in explanation.terms:
        console.print(f"  {term['name']}: {written(term['value'])}", highlight=False, markup=False)
    checked = _check(explanation.equal, explanation.computed, explanation.value)
    console.print(f"  uitgerekend: {checked}", highlight=False, markup=False)
    _table(console, "Per kwartaal", ["quarter", "value"], explanation.quarters)
    columns = ["organisation_id", "value", "versions"]
    _table(console, "Organisaties en hun leveringen", columns, explanation.organisations)
    _show_missing(console, explanation.missing)


def _show_missing(console: Console, missing: list[Row]) -> None:
    if missing:
        _table(console, "Verwacht en niet geleverd", ["organisation_id", "trajectory", "quarters"], missing)
    else:
        console.print("\nEr ontbreken geen verwachte leveringen.")


def print_json(explanation: Explanation | FigureExplained | ChangeExplained, console: Console) -> None:
    """Everything, under the names of the published file."""
    text = json.dumps(explanation.as_dict(), ensure_ascii=False, indent=2, default=str)  # a day as it is written
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def written(number: Number) -> str:
    """A number as Dutch readers write it; unknown is said, never shown as 0."""
    if number is None:
        return UNKNOWN
    text = f"{number:,.4f}".rstrip("0").rstrip(".") if isinstance(number, float) else f"{number:,}"
    return text.translate(str.maketrans(",.", ".,"))


def _check(equal: bool, computed: Number, value: Number) -> str:
    if equal:
        return f"{written(computed)}, gelijk aan de tabel"
    return f"{written(computed)}; de tabel heeft {written(value)}. Meld dit als fout."


def _line(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False)


HEADINGS = {
    "quarter": "kwartaal",
    "value": "waarde",
    "organisation_id": "organisatie",
    "versions": "leveringen",
    "trajectory": "traject",
    "quarters": "kwartalen",
    "region_code": "regio",
    "clients_active": "A",
    "clients_active_preceding": "B",
    "clients_ended": "C",
    "clients_started": "S",
    "compared_value": "was",
    "change": "verschil",
    "presence": "levering",
}


NUMBERS = {"value", "compared_value", "change", *INFLOW}


def _table(console: Console, title: str, columns: list[str], rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    table = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(HEADINGS[column], justify="right" if column in NUMBERS else "left")
    for row in rows:
        known = row.get("status", "known") in {"known", "unknown"}
        table.add_row(*(_cell(row[column]) if known or column != "value" else "n.v.t." for column in columns))
    console.print(table)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return value if isinstance(value, str) else written(value)  # type: ignore[arg-type]  # the rest are numbers
