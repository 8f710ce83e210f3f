"""What each measure is: definition, formula, since when, where it stands in the documents, and its SQL."""

from __future__ import annotations

from markupsafe import Markup

from orchestration.reporting.pages.blocks import Block, Listing, Page, Section, Table, Text
from orchestration.reporting.pages.cells import Cell, quoted
from orchestration.reporting.pages.making import SHORT, Maker
from orchestration.reporting.pages.source import TRAJECTORIES, Source, period_label

TOLD = {
    "formula_nl": "Formule",
    "period_formula_nl": "Over een halfjaar of jaar",
    "numerator": "Teller",
    "denominator": "Noemer",
    "valid_from": "Vanaf",
    "source": "Bron",
    "notes_nl": "Opmerking",
}
Rows = list[tuple[str | Markup, list[Cell | Markup | str]]]


def overview(source: Source) -> Page:
    """All measures, by name."""
    rows: Rows = [
        (Markup('<a href="{}.html">{}</a>').format(row["measure"], row["name_nl"]), [row["measure"]])
        for row in sorted(source.indicators.values(), key=lambda row: row["name_nl"].lower())
    ]
    table = Table("Begrip", ["maat"], rows)
    lead: list[Block] = [Text(Markup("Wat elk cijfer is, hoe het wordt berekend en vanaf wanneer het er is."))]
    return Page(
        "begrip/index.html", "Begrippen", lead, [Section("Alle maten", [Listing("begrippen", table)])], group="begrip"
    )


def page(source: Source, measure: str) -> Page:
    """One measure."""
    row = source.indicators[measure]
    maker = Maker(source, f"begrip-{measure}")
    said = {
        column: quoted("dim_indicators", measure, column, row[column]) for column in row if isinstance(row[column], str)
    }
    meaning: list[Block] = [Text(said["definition_nl"])] if "definition_nl" in said else []
    if "period_definition_nl" in said:
        meaning.append(Text(Markup("Over een halfjaar of jaar: {}").format(said["period_definition_nl"])))
    rows: Rows = [(name, [said[column]]) for column, name in TOLD.items() if column in said]
    if row["adds_up_over"]:
        rows.append(("Op te tellen over", [_dutch(row["adds_up_over"])]))
    sections = [
        Section("Hoe het wordt berekend", [Listing(f"begrip-{measure}-formule", Table("", ["omschrijving"], rows))])
    ]
    if history := _history(source, maker, measure):
        sections.append(Section("Verloop", history))
    sql = (
        f"select period, trajectory, value, status\nfrom figures\nwhere measure = '{measure}' and level = 'national'\n"
        "    and breakdown is null\norder by period, trajectory"
    )
    sections.append(Section("Zelf opvragen", [Text(Markup("<code>{}</code>").format(sql))]))
    return Page(f"begrip/{measure}.html", row["name_nl"], meaning, sections, group="begrip")


def _history(source: Source, maker: Maker, measure: str) -> list[Block]:
    quarters = source.of_type("quarter")
    there = [
        one
        for one in (*TRAJECTORIES, "all")
        if any(source.figure(quarter, measure, one).cell().value is not None for quarter in quarters)
    ]
    if not there:
        return []
    rows: Rows = [(SHORT[one], [source.figure(quarter, measure, one).cell() for quarter in quarters]) for one in there]
    table = Table("Landelijk", [period_label(one) for one in quarters], rows)
    return [Listing(f"begrip-{measure}-verloop", table)]


def _dutch(dimensions: str) -> str:
    words = {"regions": "regio’s", "organisations": "aanbieders", "trajectories": "trajecten", "quarters": "kwartalen"}
    return ", ".join(words.get(one, one) for one in dimensions.split())
