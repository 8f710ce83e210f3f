"""What a page is built of: paragraphs, figures with their table, tables, notes. No reading and no words here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from markupsafe import Markup

from orchestration.reporting.pages.cells import Cell
from orchestration.reporting.pages.charts import NARROW, WIDE, Datum
from orchestration.reporting.pages.drawing import Drawing


@dataclass(frozen=True)
class Table:
    """Rows of a heading and its cells; `columns`: the headings above them."""

    heading: str
    columns: list[str]
    rows: list[tuple[str | Markup, list[Cell | Markup | str]]]


@dataclass(frozen=True)
class How:
    """How a measure is computed, as the file itself says."""

    name: Markup
    definition: Markup
    formula: Markup
    measure: str


@dataclass(frozen=True)
class Figure:
    """A drawing with its claim, what it shows, its table, how it is computed and its name in the data files."""

    name: str
    title: str | Markup
    shows: str
    data: list[Datum]
    draw: partial[dict[str, Any]]
    table: Table
    how: list[How]
    notes: list[str | Markup] = field(default_factory=list)
    kind: str = field(default="figure", init=False)

    def drawings(self) -> tuple[Drawing, Drawing]:
        """At the two widths."""
        data = tuple(self.data)
        return Drawing(self.draw, data, WIDE), Drawing(self.draw, data, NARROW)


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: Markup
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Note:
    """What a reader must keep in mind."""

    text: str | Markup
    kind: str = field(default="note", init=False)


@dataclass(frozen=True)
class Facts:
    """A few numbers in large type, each with what it is and its base: (number, what, beside)."""

    facts: list[tuple[Cell, str, Markup]]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Listing:
    """A table by itself."""

    name: str
    table: Table
    kind: str = field(default="listing", init=False)


@dataclass(frozen=True)
class Links:
    """Other pages: (path from the site's root, name)."""

    links: list[tuple[str, str]]
    kind: str = field(default="links", init=False)


Block = Figure | Text | Note | Facts | Listing | Links


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    heading: str
    blocks: list[Block]


@dataclass(frozen=True)
class Page:
    """One page: where it stands in the site, its title, what comes first and its sections."""

    path: str
    title: str
    lead: list[Block]
    sections: list[Section]
    labels: list[str] = field(default_factory=list)
    group: str = ""

    def figures(self) -> list[Figure]:
        """All drawings, in order."""
        blocks = [*self.lead, *(block for section in self.sections for block in section.blocks)]
        return [block for block in blocks if isinstance(block, Figure)]

    def tables(self) -> list[tuple[str, Table]]:
        """All tables by their name in the data files."""
        blocks: list[Any] = [*self.lead, *(block for section in self.sections for block in section.blocks)]
        return [(block.name, block.table) for block in blocks if isinstance(block, Figure | Listing)]
