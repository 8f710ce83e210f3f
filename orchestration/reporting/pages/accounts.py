"""Pages for critics: how printed figures compare with these, and what the method and its gaps do to them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from orchestration.reporting.pages.blocks import Block, Listing, Page, Section, Table, Text
from orchestration.reporting.pages.cells import Cell, quoted
from orchestration.reporting.pages.making import SHORT
from orchestration.reporting.pages.source import TRAJECTORIES, Source, period_label

VERDICTS = {
    "exact": "gelijk",
    "within_rounding": "gelijk op afronding na",
    "differs_by_basis": "andere basis",
    "inconsistent_in_source": "tegenspraak in het document",
    "not_reproduced": "wijkt af",
    "not_computable": "niet te berekenen",
}
DOCUMENTS = {
    "annual_2024": "Jaarrapport 2024",
    "quarter_2025_q1": "Kwartaalrapport 2025-Q1",
    "quarterly_2025q1": "Kwartaalrapport 2025-Q1",
    "infographic_2024": "Infographic 2024",
    "interpretation_2026": "Duidingssessies 2026",
    "quarter_2022_q4": "Kwartaalrapport 2022-Q4",
    "quarterly_2022q4": "Kwartaalrapport 2022-Q4",
}
Rows = list[tuple[str | Markup, list[Cell | Markup | str]]]


def reconciliation(source: Source) -> Page | None:
    """Every printed figure beside ours; nothing where the file has no register."""
    found = source.table("published_reconciliation", "figure_id")
    if not found:
        return None
    lead: list[Block] = [
        Text(Markup("Elk cijfer dat in de vijf documenten staat, naast wat de methode uit de leveringen berekent."))
    ]
    sections = []
    for name in dict.fromkeys(row["source"] for row in found):
        rows: Rows = [_printed(row) for row in found if row["source"] == name]
        table = Table("Cijfer", ["plaats", "periode", "gedrukt", "berekend", "oordeel", "uitleg"], rows)
        sections.append(Section(DOCUMENTS.get(name, name), [Listing(f"aansluiting-{name}", table)]))
    return Page(
        "verantwoording/aansluiting.html", "Aansluiting op de gedrukte cijfers", lead, sections, group="verantwoording"
    )


def _printed(row: dict[str, Any]) -> tuple[str | Markup, list[Cell | Markup | str]]:
    key, decimals = row["figure_id"], int(row.get("decimals") or 0)
    printed, computed = (
        Cell("published_reconciliation", key, column, row[column], "no_base", decimals=decimals)
        for column in ("published_value", "computed_as_printed")
    )
    name, place, period, why = (
        quoted("published_reconciliation", key, column, row[column])
        for column in ("what_nl", "locator", "period", "explanation_nl")
    )
    verdict = VERDICTS.get(row["verdict"], row["verdict"])
    return name, [place, period, printed, computed, verdict, why]


def quality(source: Source) -> Page:
    """On how much the figures of each quarter rest."""
    quarters = source.of_type("quarter")
    sections = []
    for measure in ("clients_active", "clients_started", "clients_ended", "paid_work", "durable_paid_work"):
        rows: Rows = []
        for trajectory in TRAJECTORIES:
            lines = [source.figure(quarter, measure, trajectory) for quarter in quarters]
            if any(line["known_pct"] is not None for line in lines):
                rows.append((SHORT[trajectory], [line.cell("known_pct") for line in lines]))
        if rows:
            name = str(source.indicators[measure]["name_nl"])
            table = Table("Traject", [period_label(one) for one in quarters], rows)
            sections.append(Section(name, [Listing(f"kwaliteit-{measure}", table)]))
    text = (
        "Van hoeveel van de cliënten een maat bekend is, per kwartaal. "
        "Wat niet bekend is telt in geen enkel cijfer mee."
    )
    return Page(
        "verantwoording/kwaliteit.html",
        "Waarop de cijfers rusten",
        [Text(Markup(text))],
        sections,
        group="verantwoording",
    )
