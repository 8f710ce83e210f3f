"""The published figures and claims beside ours: summary, list, Tabel 3.1, and the page docs/reconciliation.md.

Every number and word shown is a column of the marts `published_…`; here they are only laid out and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.home.paths import Home
from orchestration.publishing.opening import NothingPublished, opened
from orchestration.publishing.rows import Row, rows

Figure = Row
DUTCH, ENGLISH = 0, 1  # places in a pair of names

VERDICTS = {
    "exact": "gelijk",
    "rounding": "afronding",
    "other_base": "andere basis",
    "inconsistent_in_source": "tegenspraak in de bron",
    "differs": "wijkt af",
    "not_computable": "niet te berekenen",
}
CLAIM_VERDICTS = {
    "holds": "klopt",
    "does_not_hold": "klopt niet",
    "holds_not_like_for_like": "klopt, maar niet bij gelijke leveranciers of kwartalen",
    "not_computable": "niet te berekenen",
}
SOURCES = {
    "annual_2024": ("jaarrapport 2024", "annual report 2024"),
    "quarterly_2025q1": ("kwartaalrapport 2025-Q1", "quarterly report 2025-Q1"),
    "infographic_2024": ("infographic 2024", "infographic 2024"),
    "interpretation_2026": ("duidingssessies 2026", "interpretation meetings 2026"),
    "quarterly_2022q4": ("kwartaalrapport 2022-Q4", "quarterly report 2022-Q4"),
}
TOGETHER = ("samen", "together")
ROOM_FOR_BOTH = 150  # columns of the terminal
# the columns of Tabel 3.1: heading, measure, trajectory, period
TABEL_3_1 = [
    ("lopend IPS 2023", "clients_active", "ips", "2023"),
    ("overig 2023", "clients_active", "non_ips", "2023"),
    ("IPS 2024", "clients_active", "ips", "2024"),
    ("overig 2024", "clients_active", "non_ips", "2024"),
    ("gestart IPS 2023", "clients_started", "ips", "2023"),
    ("overig 2023", "clients_started", "non_ips", "2023"),
    ("IPS 2024", "clients_started", "ips", "2024"),
    ("overig 2024", "clients_started", "non_ips", "2024"),
    ("% result. 2023", "pct_ended_with_result", "all", "2023"),
    ("% result. 2024", "pct_ended_with_result", "all", "2024"),
    ("aan- bieders", "organisations", "all", "2023-2024"),
]


class NothingToReconcile(Exception):
    """There is no published file yet, or one from before this mart; the message says, in Dutch, what to do."""


def read(home: Home, source: str | None = None, verdict: str | None = None) -> list[Figure]:
    """The figures of the published file, of one source or with one verdict when asked, in the order of the register.

    Raises:
        NothingToReconcile: nothing is published, or by a version that did not know this mart.
    """
    query = """
        from marts.published_reconciliation
        where source = coalesce($source, source) and verdict = coalesce($verdict, verdict)
        order by figure_id
    """
    return _asked(home, query, {"source": source, "verdict": verdict})


def read_contradictions(home: Home) -> list[Row]:
    """The contradictions between published figures, in the order of their list; raises as `read` does."""
    return _asked(home, "from marts.published_contradictions order by number")


def read_claims(home: Home, source: str | None = None) -> list[Row]:
    """The claims of the published documents, of one when asked; raises as `read` does."""
    query = "from marts.published_claims where source = coalesce($source, source) order by claim_id"
    return _asked(home, query, {"source": source})


def _asked(home: Home, query: str, parameters: dict[str, str | None] | None = None) -> list[Row]:
    try:
        with opened(home) as connection:
            return rows(connection, query, parameters or {})
    except NothingPublished as nothing:
        raise NothingToReconcile(str(nothing)) from None
    except duckdb.CatalogException:
        raise NothingToReconcile("De publicatie is van een oudere versie: draai `werkmonitor run`.") from None


def show(figures: Sequence[Figure], console: Console, with_exact: bool) -> None:
    """The summary, and per source the list: what is not exact, or everything."""
    show_summary(figures, console)
    listed = [figure for figure in figures if with_exact or figure["verdict"] != "exact"]
    for source in _sources(listed):
        # a list of sentences must wrap, also where the rest of the program's output does not
        console.print(_list_of([figure for figure in listed if figure["source"] == source], source), soft_wrap=False)
    if len(listed) < len(figures):
        console.print(f"{len(figures) - len(listed)} gelijke cijfers niet getoond: --verdict exact toont ze.")


def show_summary(figures: Sequence[Figure], console: Console) -> None:
    """How many figures of each source have which verdict."""
    table = Table(title="Gepubliceerde cijfers, per oordeel", box=None, padding=(0, 1))
    table.add_column("bron")
    for words in (*VERDICTS.values(), "samen"):
        table.add_column(words, justify="right")
    for name, counts in _counts(figures):
        table.add_row(_source_name(name, DUTCH), *map(str, counts))
    console.print(table)


def show_tabel_3_1(figures: Sequence[Figure], console: Console) -> None:
    """Tabel 3.1 as published beside as computed, per region, and how many of its figures are equal.

    Where there is no room for both, one number stands for two that are equal.
    """
    cells = {
        (figure["region_name"], figure["measure"], figure["trajectory"], figure["period"]): figure
        for figure in figures
        if figure["locator"] == "Tabel 3.1"
    }
    beside = _beside if console.width >= ROOM_FOR_BOTH else _once_when_equal
    title = "Tabel 3.1: gepubliceerd|berekend" + ("" if beside is _beside else " (gelijk: één keer)")
    table = Table(title=title, box=None, padding=(0, 1, 0, 0))
    table.add_column("regio", no_wrap=True, max_width=20)
    for heading, *_ in TABEL_3_1:
        table.add_column(heading, justify="right")
    for region in sorted({key[0] for key in cells}):
        table.add_row(region, *(beside(cells[region, *column]) for _, *column in TABEL_3_1))
    console.print(table, soft_wrap=False)
    printed = [figure for figure in cells.values() if figure["published_value"] is not None]
    equal = sum(figure["verdict"] == "exact" for figure in printed)
    console.print(f"{equal} van {len(printed)} cijfers van Tabel 3.1 gelijk.", highlight=False)
    for figure in printed:
        if figure["verdict"] != "exact":
            console.print(f"  {figure['region_name']}, {_what(figure)}: {figure['explanation_nl']}", highlight=False)


def markdown(figures: Sequence[Figure], contradictions: Sequence[Row], claims: Sequence[Row]) -> str:
    """The page docs/reconciliation.md."""
    parts = [
        INTRODUCTION,
        "## Summary\n",
        _markdown_table(
            ["document", *(f"`{verdict}`" for verdict in VERDICTS), "together"],
            ([_source_name(name, ENGLISH), *map(str, counts)] for name, counts in _counts(figures)),
        ),
        "## Contradictions between published figures\n\n"
        "The mart `published_contradictions`. With their evidence, over the register alone, in\n"
        "`seeds/reports/contradictions.yml`; a test evaluates it.\n",
        _markdown_table(
            ["contradiction", "places", "figures concerned", "what contradicts what"],
            ([item["name_en"], item["places"], str(item["figures"]), _both_languages(item)] for item in contradictions),
        ),
        *_markdown_of_claims(claims),
    ]
    for source in _sources(figures):
        parts += _markdown_of([figure for figure in figures if figure["source"] == source], source)
    return "\n".join(parts)


INTRODUCTION = """# Every published figure beside the computed one

Generated from the mart `published_reconciliation` on the sample deliveries: `make reconciliation` writes it anew. What
the verdicts mean, and in which order they are tried: [decisions/0007](decisions/0007-verdicts-on-published-figures.md).
The sample deliveries are a [reconstruction](reconstruction.md).
"""


def _markdown_of_claims(claims: Sequence[Row]) -> list[str]:
    """The section of the statements without a number: how many hold, and every one with its numbers."""
    counted = Counter(claim["verdict"] for claim in claims)
    listed = ", ".join(f"{counted[verdict]} `{verdict}`" for verdict in CLAIM_VERDICTS)
    lines = (
        [
            claim["claim_id"],
            claim["locator"],
            claim["claim_nl"],
            f"`{claim['predicate']}`",
            f"`{claim['verdict']}`",
            claim["explanation_nl"],
        ]
        for claim in claims
    )
    return [
        "## Claims without a number\n",
        "The mart `published_claims`: what the documents say without printing a number, judged by the same figures\n"
        f"and changes ([method](method.md#claims), `seeds/reports/claims.csv`). Of {len(claims)}: {listed}.\n",
        _markdown_table(["claim", "place", "what is claimed", "predicate", "verdict", "by which numbers"], lines),
    ]


def show_claims(claims: Sequence[Row], console: Console) -> None:
    """How many claims have which verdict, and each that does not simply hold."""
    counted = Counter(claim["verdict"] for claim in claims)
    said = ", ".join(f"{counted[verdict]} {words}" for verdict, words in CLAIM_VERDICTS.items())
    console.print(f"\nUitspraken zonder getal ({len(claims)}): {said}.", highlight=False, soft_wrap=False)
    for claim in claims:
        if claim["verdict"] != "holds":
            where = f"{_source_name(claim['source'], DUTCH)}, {claim['locator']}"
            told = f"  {where}: {claim['claim_nl']} {claim['explanation_nl']}"
            console.print(told, highlight=False, markup=False, soft_wrap=False)


def _markdown_of(figures: Sequence[Figure], source: str) -> list[str]:
    """The section of one document: where its figures are exact, and every other figure with its explanation."""
    exact = Counter(figure["locator"] for figure in figures if figure["verdict"] == "exact")
    places = ", ".join(f"{place} ({count})" for place, count in exact.items())
    rows = (
        [
            figure["figure_id"].removeprefix(f"{source}-"),
            figure["locator"],
            figure["period"] or "",
            f"{_where(figure)}: {figure['what_en']}",
            _number(figure, "published_value", ENGLISH),
            _number(figure, "computed_as_printed", ENGLISH),
            f"`{figure['verdict']}`",
            _both_languages(figure),
        ]
        for figure in figures
        if figure["verdict"] != "exact"
    )
    headings = ["no.", "place", "period", "figure", "published", "computed", "verdict", "explanation"]
    title = _source_name(source, ENGLISH)
    return [
        f"## {title[:1].upper()}{title[1:]}\n",
        f"Exact: {sum(exact.values())} of {len(figures)}. By place: {places}.\n",
        _markdown_table(headings, rows),
    ]


def _markdown_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _list_of(figures: Sequence[Figure], source: str) -> Table:
    table = Table(title=_source_name(source, DUTCH), box=None, padding=(0, 1), title_justify="left", expand=True)
    for heading in ("cijfer", "plaats", "periode"):
        table.add_column(heading)
    table.add_column("wat", ratio=1)
    table.add_column("gedrukt", justify="right", no_wrap=True)
    table.add_column("berekend", justify="right", no_wrap=True)
    table.add_column("oordeel")
    table.add_column("uitleg", ratio=2)
    for figure in figures:
        table.add_row(
            figure["figure_id"].rpartition("-")[2],
            figure["locator"],
            figure["period"],
            f"{_where(figure)}: {figure['what_nl']}",
            _number(figure, "published_value"),
            _number(figure, "computed_as_printed"),
            VERDICTS[figure["verdict"]],
            figure["explanation_nl"],
        )
    return table


def _counts(figures: Sequence[Figure]) -> list[tuple[str, list[int]]]:
    """Per source, and for all together, the number of figures of each verdict and their sum."""
    counted = Counter((figure["source"], figure["verdict"]) for figure in figures)
    rows = [(source, [counted[source, verdict] for verdict in VERDICTS]) for source in _sources(figures)]
    rows.append((TOGETHER[0], [sum(counts[place] for _, counts in rows) for place in range(len(VERDICTS))]))
    return [(name, [*counts, sum(counts)]) for name, counts in rows]


def _sources(figures: Iterable[Figure]) -> list[str]:
    """The sources, in the order of SOURCES; one that is not there comes last."""
    found = {figure["source"] for figure in figures}
    return [source for source in SOURCES if source in found] + sorted(found - SOURCES.keys())


def _what(figure: Figure) -> str:
    return f"{figure['what_nl']} {figure['period']}"


def _where(figure: Figure) -> str:
    words = {"national": "", "smallest_region": "kleinste regio's, "}
    place = words.get(figure["level"], f"{figure['region_name']}, ")
    return place + str(figure["trajectory_name"])


def _beside(figure: Figure) -> Text:
    """Published|computed, in red where they are not the same."""
    both = f"{_number(figure, 'published_value')}|{_number(figure, 'computed_as_printed')}"
    return Text(both, style="" if figure["verdict"] == "exact" else "red")


def _once_when_equal(figure: Figure) -> str | Text:
    return _number(figure, "published_value") if figure["verdict"] == "exact" else _beside(figure)


def _number(figure: Figure, column: str, language: int = DUTCH) -> str:
    """A value to the printed decimals, as the language writes it; – where there is none."""
    if figure[column] is None:
        return "–"
    number = f"{figure[column]:,.{figure['decimals']}f}"
    return number.translate(str.maketrans(",.", ".,") if language == DUTCH else str.maketrans(",", " "))


def _source_name(source: str, language: int) -> str:
    names = {**SOURCES, TOGETHER[0]: TOGETHER}
    return names.get(source, (source, source))[language]


def _both_languages(row: Figure) -> str:
    return f"{row['explanation_en']}<br>_{row['explanation_nl']}_"
