"""The regions: one page with the map, and a page of each with all its quarters and closed years."""

from __future__ import annotations

from markupsafe import Markup

from orchestration.reporting.pages.blocks import Block, Listing, Note, Page, Section, Table, Text
from orchestration.reporting.pages.cells import Cell
from orchestration.reporting.pages.making import SHORT, Maker
from orchestration.reporting.pages.source import Source, period_label, period_words
from orchestration.reporting.pages.words import Words
from orchestration.reporting.pages.year import CAVEAT

PARTS = ("ips", "non_ips")
HIDDEN = (
    "× is afgeschermd: het aantal is zo klein, of het aantal van een ander is eruit af te leiden. "
    "Nul is geen enkele cliënt."
)
Places = dict[str, tuple[int, int]]
Rows = list[tuple[str | Markup, list[Cell | Markup | str]]]


def overview(source: Source, places: Places) -> Page:
    """All regions of the newest year that has them, else of the newest quarter."""
    maker = Maker(source, "regios")
    period = _newest(source)
    blocks: list[Block] = [
        Text(Markup("Hoeveel cliënten een IPS-traject hadden, per arbeidsmarktregio. De plaats van een tegel lijkt "
                    "op die op de kaart; elke regio is even groot.")),
        maker.map(period, "clients_active", "ips", places, f"Lopende IPS-trajecten in {period_words(period)}"),
        Note(CAVEAT),
        maker.map(period, "clients_active", "non_ips", places, f"Andere lopende trajecten in {period_words(period)}"),
    ]  # fmt: skip
    rows: Rows = [
        (
            Markup('<a href="{}.html">{}</a>').format(code, name),
            [*(source.figure(period, "clients_active", one, region=code).cell() for one in PARTS),
             source.figure(period, "organisations", region=code).cell()],
        )
        for code, name in source.regions.items()
    ]  # fmt: skip
    table = Table("Regio", ["IPS", "Niet-IPS", "Aanbieders"], rows)
    sections = [Section("Alle regio’s", [Listing("regios", table), Note(HIDDEN)])]
    return Page("regio/index.html", "De arbeidsmarktregio’s", blocks, sections, group="regio")


def page(source: Source, words: Words, code: str) -> Page:
    """One region: the stocks of its quarters, its years, and who offers."""
    maker = Maker(source, f"regio-{code}")
    name = source.regions[code]
    quarters = source.of_type("quarter")
    years = [
        one
        for one in source.of_type("year")
        if source.periods[one]["is_whole"]
        and any(source.figure(one, "clients_active", part, region=code) for part in PARTS)
    ]
    sections = [_quarters(source, maker, code, quarters)]
    if years:
        sections.append(_years(source, words, code, years))
    lead: list[Block] = [Text(_first(source, code, quarters[-1]))] if quarters else []
    return Page(f"regio/{code}.html", name, lead, sections, group="regio")


def _first(source: Source, code: str, quarter: str) -> Markup:
    cells = [source.figure(quarter, "clients_active", part, region=code).cell() for part in PARTS]
    providers = source.figure(quarter, "organisations", region=code).cell()
    text = Markup("In {}: {} cliënten met IPS en {} met een ander traject.").format(period_words(quarter), *cells)
    if providers.is_known:
        who = "aanbieder leverde" if providers.value == 1 else "aanbieders leverden"
        text += Markup(" {} {} cijfers.").format(providers, who)
    return text


def _quarters(source: Source, maker: Maker, code: str, quarters: list[str]) -> Section:
    measures = (
        ("clients_active", "Lopende trajecten"),
        ("paid_work", "Betaald werk"),
        ("durable_paid_work", "Duurzaam betaald werk"),
    )
    blocks: list[Block] = []
    for measure, title in measures:
        rows: Rows = []
        items = []
        for quarter in quarters:
            cells = [source.figure(quarter, measure, part, region=code).cell() for part in PARTS]
            rows.append((period_label(quarter), list(cells)))
            items += [(period_label(quarter), SHORT[part], cell) for part, cell in zip(PARTS, cells, strict=True)]
        if any(cell.key for _, _, cell in items):
            blocks.append(maker.bars(items, title, "Aantal cliënten per kwartaal", [measure]))
    return Section("Per kwartaal", [*blocks, Note(HIDDEN)] if blocks else [])


def _years(source: Source, words: Words, code: str, years: list[str]) -> Section:
    measures = (("clients_active", "lopend"), ("clients_started", "gestart"), ("paid_work", "betaald werk"))
    rows: Rows = [
        (f"{SHORT[part]}, {name}", [source.figure(year, measure, part, region=code).cell() for year in years])
        for measure, name in measures
        for part in PARTS
    ]
    rows.append(("Beëindigd met beoogd resultaat, alle trajecten",
                 [source.figure(year, "pct_ended_with_result", region=code).cell() for year in years]))  # fmt: skip
    rows.append(("Aanbieders", [source.figure(year, "organisations", region=code).cell() for year in years]))
    said = [
        Text(Markup("{}, {}: {}").format(years[-1], SHORT[part], sentence))
        for part in PARTS
        if (sentence := words.sentence(years[-1], "clients_active", part, region=code))
    ]
    return Section("Per jaar", [Listing(f"regio-{code}-jaren", Table("Cliënten", years, rows)), *said, Note(CAVEAT)])


def _newest(source: Source) -> str:
    """The newest year that has regions and is whole, else the newest quarter."""
    years = [
        one
        for one in source.of_type("year")
        if source.periods[one]["is_whole"]
        and any(source.figure(one, "clients_active", part, region=code) for part in PARTS for code in source.regions)
    ]
    return years[-1] if years else source.of_type("quarter")[-1]
