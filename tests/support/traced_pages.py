"""A second pair of eyes on a site: its own parser, its own SQL and its own way of writing a number.

Every number on a page is a cell of the file, printed as it should be; what a drawing says stands in the table by it;
and with those taken away no digit is left but in the names of periods and the like. Imports nothing of the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import duckdb

KEYS = {
    "figures": "figure_key",
    "changes": "change_key",
    "dim_indicators": "measure",
    "published_reconciliation": "figure_id",
}
HIDES = {"hidden": "×", "unknown": "onbekend", "not_registered": "n.v.t.", "no_base": "n.v.t.", "not_asked": "n.v.t."}
# the only digits that are not a cell of the file
ALLOWED = [
    r"\b20\d\d-[QH][1-4](\.r\d+)?\b",
    r"\b[KH][1-4] 20\d\d\b",
    r"\b[Kk]wartaal [1-4]\b",
    r"\b\d{1,2} (januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)\b",
    r"\b[Ff]iguur \d+\.?",
    r"\b20\d\d\b",  # a year: a number of a thousand or more has a point
]
WHOLE = {"numerator", "denominator", "parts", "parts_known", "pairs"}


@dataclass
class Number:
    """A `<data>` or quoted text on a page: its cell, its value, what it shows, whether it is a text."""

    cell: str
    value: str | None
    shown: str = ""


@dataclass
class Drawn:
    """A figure: the texts in its drawings, and the numbers in its table."""

    texts: list[str] = field(default_factory=list)
    table: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Takes a page apart: cells, drawings, and all text that is neither."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[Number] = []
        self.figures: list[Drawn] = []
        self.rest: list[str] = []
        self._open: list[tuple[str, Number | None, str]] = []
        self._figure: Drawn | None = None
        self._ids: list[str] = []
        self._cell = ""  # of a table

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if identity := found.get("id"):
            self._ids.append(identity)
        if tag in {"td", "th"}:
            self._cell = ""
        if tag == "figure":
            self._figure = Drawn()
            self.figures.append(self._figure)
        number = None
        if cell := found.get("data-cell"):
            number = Number(cell, found.get("value") if tag == "data" else None)
            self.numbers.append(number)
        if tag not in {"meta", "link", "br", "img", "path", "rect", "line", "circle"}:
            self._open.append((tag, number, found.get("class") or ""))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if identity := dict(attributes).get("id"):
            self._ids.append(identity)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            last, _, _ = self._open.pop()
            if last == tag:
                break
        if tag == "figure":
            self._figure = None
        if tag in {"td", "th"} and self._figure is not None:
            self._figure.table.append(self._cell.strip())

    def handle_data(self, data: str) -> None:
        self._cell += data
        if not data.strip() or any(tag in {"style", "script"} for tag, _, _ in self._open):
            return
        for _, number, _ in reversed(self._open):
            if number:
                number.shown += data
                return
        if any(tag == "svg" for tag, _, _ in self._open):
            if not any("role-axis-label" in name for _, _, name in self._open) and self._figure is not None:
                self._figure.texts.append(data.strip())
            return
        self.rest.append(data.strip())

    @property
    def doubles(self) -> set[str]:
        """The ids that stand more than once on the page."""
        return {one for one in self._ids if self._ids.count(one) > 1}


def problems(pages: dict[str, str], file: Path) -> list[str]:
    """All that is wrong on pages (path: HTML), held against the file they were made from."""
    with duckdb.connect(str(file), read_only=True) as connection:
        has_marts = connection.execute("select count(*) from duckdb_schemas() where schema_name = 'marts'").fetchall()
        connection.execute("set schema = 'marts'" if has_marts[0][0] else "set schema = 'main'")
        eyes = _Eyes(connection)
        return [f"{path}: {problem}" for path, html in pages.items() for problem in eyes.problems(html)]


class _Eyes:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.rows: dict[tuple[str, str], dict[str, object]] = {}

    def problems(self, html: str) -> Iterator[str]:
        reader = Reader()
        reader.feed(html)
        self._load({one.cell for one in reader.numbers})
        for number in reader.numbers:
            yield from self._number(number)
        for figure in reader.figures:
            said = {re.sub(r" \(.*\)$", "", text) for text in figure.table}  # a share with its count behind it
            for text in figure.texts:
                if re.search(r"\d|×", text) and text not in said and _left(text):
                    yield f"een tekening zegt {text!r}, de tabel ernaast niet"
        for text in reader.rest:
            if left := _left(text):
                yield f"een getal dat geen cel is: {left!r} in {text!r}"
            if re.search(r"[<>{}]|\bNone\b|\bnan\b", text):
                yield f"geen tekst: {text!r}"
        for identity in reader.doubles:
            yield f"id staat er meer dan eens: {identity}"

    def _number(self, number: Number) -> Iterator[str]:
        reference, _, column = number.cell.rpartition("#")
        table, _, key = reference.partition("/")
        row = self.rows.get((table, key))
        column, _, form = column.partition("|")
        if row is None or column not in row:
            yield f"geen cel: {number.cell}"
            return
        held = row[column]
        if number.value is None:  # a text
            if str(held) != number.shown:
                yield f"{number.cell}: {number.shown!r} in plaats van {held!r}"
            return
        if held is not None and form == "abs":
            held = abs(float(str(held)))
        expected = self._printed(row, column, held)
        small = column == "value" and row.get("unit") == "percent" and _is_small(row)
        if (number.value == "") != (held is None or small):
            yield f"{number.cell}: waarde {number.value!r}, in het bestand {held!r}"
        elif number.value and float(number.value) != float(str(held)):
            yield f"{number.cell}: waarde {number.value}, in het bestand {held!r}"
        if number.shown != expected:
            yield f"{number.cell}: toont {number.shown!r}, moet zijn {expected!r}"

    @staticmethod
    def _printed(row: dict[str, object], column: str, held: object) -> str:  # noqa: PLR0911
        if column == "value" and row.get("unit") == "percent" and _is_small(row):
            return "×"
        if held is None:
            status = row.get("compared_status") if column == "compared_value" else row.get("status", "no_base")
            return HIDES.get(str(status), "onbekend")
        if column in {"known_pct"}:
            return f"{_dutch(held, 0)} %"
        if column in WHOLE:
            return _dutch(held, 0)
        if column in {"change_pct_of_previous", "change_pct_of_current"}:
            return f"{_dutch(held, 1)} %"
        if "decimals" in row:  # of the register of printed figures
            return _dutch(held, int(str(row["decimals"])))
        if row.get("unit") == "percent":
            return _dutch(held, 1) + ("" if column == "change" else " %")
        return _dutch(held, 0)

    def _load(self, cells: set[str]) -> None:
        wanted: dict[str, set[str]] = {}
        for cell in cells:
            table, _, key = cell.rpartition("#")[0].partition("/")
            if (table, key) not in self.rows and table in KEYS:
                wanted.setdefault(table, set()).add(key)
        for table, keys in wanted.items():
            result = self.connection.execute(
                f"select * from {table} where list_contains($keys, {KEYS[table]})", {"keys": sorted(keys)}
            )
            names = [one[0] for one in result.description or []]
            for values in result.fetchall():
                row = dict(zip(names, values, strict=True))
                self.rows[table, row[KEYS[table]]] = row


def _is_small(row: dict[str, object]) -> bool:
    base = row.get("denominator")
    return row.get("value") is not None and base is not None and float(str(base)) < 10


def _dutch(value: object, decimals: int) -> str:
    """Written out by hand: halves up, points between thousands, a comma before decimals."""
    exact = Fraction(str(round(float(str(value)), 9))) * 10**decimals
    whole = int(abs(exact) + Fraction(1, 2))
    digits = str(whole).rjust(decimals + 1, "0")
    head, tail = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    groups = []
    while head:
        groups.insert(0, head[-3:])
        head = head[:-3]
    sign = "−" if exact < 0 and whole else ""
    return sign + ".".join(groups) + ("," + tail if tail else "")


def _left(text: str) -> str:
    """What digits are left when the names of periods and the like are taken out."""
    for pattern in ALLOWED:
        text = re.sub(pattern, "", text)
    return text if re.search(r"\d", text) else ""
