"""One sheet of a workbook as values, found by column letter and row number. What they mean is for the readers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string, get_column_letter

Value = int | float | str | bool
Place = tuple[int, int]
"""Row and column."""
BLANKS = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_EXACT = 10.0**15  # whole numbers above this are no longer exact in a float
NOISE = 1e-9  # what computing in fractions leaves of a whole number: 11.999999999999998, which Excel shows as 12
# not the marks that turn what follows around (202d, 202e): one sees 21 where 12 is stored
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202c\u2060-\u2064\ufeff]")


@dataclass(frozen=True)
class Grid:
    """The stored values of a sheet; `without_result` are the cells whose formula has none, or an error."""

    name: str
    cells: Mapping[int, Mapping[int, Value]]
    without_result: frozenset[Place] = field(default=frozenset())

    @property
    def last_row(self) -> int:
        return max(self.cells, default=0)

    def at(self, column: str, row: int) -> str:
        """The text of a cell, '' where there is none."""
        return text(self.value(column, row))

    def value(self, column: str, row: int) -> Value:
        return self.cells.get(row, {}).get(column_index_from_string(column), "")

    def is_without_result(self, column: str, row: int) -> bool:
        return (row, column_index_from_string(column)) in self.without_result

    def line(self, row: int) -> list[str]:
        """The texts of a row, up to the last that is filled."""
        values = self.cells.get(row, {})
        filled = {column: written for column, value in values.items() if (written := text(value))}
        return [filled.get(column, "") for column in range(1, max(filled, default=0) + 1)]

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that hold anything, from the top."""
        return ((row, line) for row in sorted(self.cells) if (line := self.line(row)))

    def location(self, column: str, row: int) -> str:
        """The place of a cell, as findings write it."""
        return f"{self.name}!{column}{row}"

    def find(self, words: str, rows: int) -> tuple[str, int] | None:
        """Where a text stands within the first rows."""
        for row in sorted(number for number in self.cells if number <= rows):
            for column, value in sorted(self.cells[row].items()):
                if isinstance(value, str) and value.strip() == words:
                    return get_column_letter(column), row
        return None


def text(value: Value) -> str:
    """A cell as a CSV would hold it; what is no number stays something that no number check accepts."""
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, float) and abs(value) < _EXACT and abs(value - round(value)) < NOISE:
        return str(round(value))
    return value if isinstance(value, str) else str(value)


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def visible(text: str) -> str:
    """A text without what nobody sees in it, its accents written in one way."""
    return text if text.isascii() else unicodedata.normalize("NFC", _UNSEEN.sub("", text))
