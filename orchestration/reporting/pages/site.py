"""The site of a release: which pages there are, drawn and written. The same file gives the same bytes."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.findings.dutch import meant
from orchestration.reporting.pages import accounts, drawing, quarter, regions, start, terms, year
from orchestration.reporting.pages.blocks import Page, Table
from orchestration.reporting.pages.cells import Cell, plain
from orchestration.reporting.pages.source import Source, opened
from orchestration.reporting.pages.words import Words

HERE = Path(__file__).parent
Menu = list[tuple[str, str, str]]


class NoSuchPage(Exception):
    """A page that was asked for does not exist; the message names the nearest, in Dutch."""


@dataclass(frozen=True)
class About:
    """What each page says of its release; `address`: where the site stands for good, '' when nobody said."""

    release: str
    status: str
    day: str
    address: str = ""
    warning: str = ""

    def link(self, path: str) -> str:
        """Where a page of this release stands for good; without an address beside the page itself."""
        return f"{self.address.rstrip('/')}/{self.release}/{path}" if self.address else path.rpartition("/")[2]


@dataclass(frozen=True)
class Rules:
    """What stands in lists: the thresholds of words, and the places of the tiles."""

    thresholds: dict[str, float]
    places: regions.Places


def build(  # noqa: PLR0913, PLR0917
    file: Path,
    about: About,
    rules: Rules,
    folder: Path,
    kept: Path,
    only: Collection[str] = (),
    workers: int | None = None,
) -> int:
    """Write the site of a file into an empty folder; returns how many pages.

    `kept`: where drawings are kept. `only`: groups of pages or single paths; all when empty.

    Raises:
        NoSuchPage: one of `only` is no page or group of the site.
    """
    with opened(file, rules.thresholds) as source:
        there = list(pages_of(source, rules.thresholds, rules.places))
    menu = menu_of(there)
    pages = _chosen(there, only)
    drawn = _drawn(pages, kept, workers)
    for page in pages:
        _write(folder / page.path, render(page, about, menu, drawn[page.path]))
        for name, table in page.tables():
            _write(folder / "data" / f"{name}.csv", as_csv(table))
    shutil.copyfile(HERE / "werkmonitor.css", folder / "werkmonitor.css")
    shutil.copytree(HERE / "font", folder / "font")
    return len(pages)


def pages_of(source: Source, thresholds: dict[str, float], places: regions.Places) -> Iterator[Page]:
    """All pages, the first one first."""
    words = Words(source, thresholds)
    pages = [quarter.page(source, words, one) for one in reversed(source.of_type("quarter"))]
    pages += [year.page(source, words, one) for one in reversed(source.of_type("year"))]
    pages += [regions.overview(source, places), *(regions.page(source, words, code) for code in source.regions)]
    pages += [terms.overview(source), *(terms.page(source, measure) for measure in source.indicators)]
    pages += [page for page in (accounts.reconciliation(source), accounts.quality(source)) if page]
    yield start.page(source, words, pages)
    yield from pages


def _chosen(pages: Sequence[Page], only: Collection[str]) -> Sequence[Page]:
    if not only:
        return pages
    known = {page.group for page in pages} | {page.path.removesuffix(".html") for page in pages}
    asked = {one.removesuffix(".html") for one in only}
    for one in sorted(asked - known):
        raise NoSuchPage(f"De site heeft geen pagina {one}.{meant(one, known)}")
    return [page for page in pages if {page.group, page.path.removesuffix(".html")} & asked]


def menu_of(pages: Sequence[Page]) -> Menu:
    """The first page of each group."""
    names = {
        "kwartaal": "Kwartaal",
        "jaar": "Jaar",
        "regio": "Regio’s",
        "begrip": "Begrippen",
        "verantwoording": "Verantwoording",
    }
    first: dict[str, str] = {}
    for page in pages:
        first.setdefault(page.group, page.path)
    return [(first[group], name, group) for group, name in names.items() if group in first]


def render(page: Page, about: About, menu: Menu, drawn: Mapping[str, tuple[str, str]]) -> str:
    """A page as HTML."""
    root = "../" * page.path.count("/")
    return _environment().get_template("page.html.j2").render(page=page, about=about, menu=menu, drawn=drawn, root=root)


def as_csv(table: Table) -> str:
    """A table with each number as it stands in the file, its status and its key."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([table.heading or "wat", "kolom", "waarde", "getoond", "waarom", "cel"])
    for heading, cells in table.rows:
        for column, cell in zip(table.columns, cells, strict=True):
            if isinstance(cell, Cell):
                reference = f"{cell.table}/{cell.key}#{cell.column}" if cell.key else ""
                value = plain(cell.value) if cell.is_known else ""
                writer.writerow([_plain_text(heading), column, value, cell.text, cell.why, reference])
            else:
                writer.writerow([_plain_text(heading), column, "", _plain_text(cell), "", ""])
    return text.getvalue()


def _drawn(pages: Sequence[Page], kept: Path, workers: int | None) -> dict[str, dict[str, tuple[Markup, Markup]]]:
    """Per page the two drawings of each figure, ids of their own in them."""
    drawings = {(page.path, figure.name): figure.drawings() for page in pages for figure in page.figures()}
    svgs = drawing.draw([one for pair in drawings.values() for one in pair], kept, workers)
    found: dict[str, dict[str, tuple[Markup, Markup]]] = {page.path: {} for page in pages}
    for (path, name), (wide, narrow) in drawings.items():
        texts = [
            drawing.with_ids(svgs[one.name], f"{name}-{width}") for one, width in ((wide, "breed"), (narrow, "smal"))
        ]
        found[path][name] = Markup(texts[0]), Markup(texts[1])  # drawn by us from escaped texts
    return found


def _plain_text(text: str | Markup) -> str:
    return text.striptags() if isinstance(text, Markup) else text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
