"""One sheet of a workbook as values, found by column letter and row number. What they mean is for the readers."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string, get_column_letter
from python_calamine import CalamineWorkbook

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
_EXACT = 10.0**15  # whole numbers above this are no longer exact in a float


@dataclass(frozen=True)
class Grid:
    """The stored values of a sheet; `without_result` are the cells whose formula has none, or an error."""

    name: str
    values: Sequence[Sequence[Value]]
    without_result: frozenset[str] = frozenset()

    def at(self, column: str, row: int) -> str:
        """The text of a cell, '' where there is none."""
        return text(self.value(column, row))

    def value(self, column: str, row: int) -> Value:
        number = column_index_from_string(column)
        inside = row <= len(self.values) and number <= len(self.values[row - 1])
        return self.values[row - 1][number - 1] if inside else ""

    def location(self, column: str, row: int) -> str:
        """The place of a cell, as findings write it."""
        return f"{self.name}!{column}{row}"

    def find(self, words: str, rows: int) -> tuple[str, int] | None:
        """Where a text stands within the first rows."""
        for row, values in enumerate(self.values[:rows], 1):
            if words in values:
                return get_column_letter(list(values).index(words) + 1), row
        return None


@dataclass(frozen=True)
class Book:
    """The sheets of an open workbook, laid out when they are asked for."""

    workbook: CalamineWorkbook
    without_result: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return self.workbook.sheet_names

    def sheet(self, name: str) -> Grid:
        values = self.workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return Grid(name, values, self.without_result.get(name, frozenset()))

    def sheets(self) -> Iterator[Grid]:
        return (self.sheet(name) for name in self.names)


def text(value: Value) -> str:
    """A cell as a CSV would hold it; what is no number stays something that no number check accepts."""
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return value if isinstance(value, str) else str(value)
