"""Finds on the cover sheet of a template where facts and answers stand, also after a row or column came between.

What the answers say is for the reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from openpyxl.utils import column_index_from_string, get_column_letter

from orchestration.reading.form.editions import (
    ANSWER_HEADER,
    EDITION_LABEL,
    LABELS,
    NAME_LABEL,
    ORGANISATION_LABEL,
    QUARTER_LABEL,
    Edition,
)
from orchestration.reading.grid import Grid

ROWS = 60
Reference = tuple[str, int]


@dataclass(frozen=True)
class Cover:
    """The cover sheet. `titles`: what stands above the sheet of each trajectory, as beside its answer."""

    sheet: Grid
    edition: Edition
    titles: dict[str, str]

    @cached_property
    def organisation(self) -> Reference:
        """Where the organisation's code stands."""
        return self._right_of(ORGANISATION_LABEL, self.edition.cover.organisation)

    @cached_property
    def name(self) -> Reference:
        """Where the organisation's name stands."""
        return self._right_of(NAME_LABEL, self.edition.cover.name)

    @cached_property
    def quarter(self) -> Reference:
        """Where the quarter stands."""
        return self._right_of(QUARTER_LABEL, self.edition.cover.quarter)

    @cached_property
    def answers(self) -> dict[str, Reference]:
        """Where the answer of each trajectory stands: on the row with its name."""
        rows = {trajectory: split(reference)[1] for trajectory, reference in self.edition.cover.answers.items()}
        column = self._answer_column
        return {
            trajectory: (column, self._row(self.titles.get(trajectory, ""), row)) for trajectory, row in rows.items()
        }

    @cached_property
    def withdrawn(self) -> Reference:
        """Where the quarter can be withdrawn: below the answers."""
        row = split(self.edition.cover.withdrawn)[1] + self._shift
        said = (
            row
            for row in range(1, ROWS)
            if self.sheet.at(self._answer_column, row).strip().lower() == self.edition.words.withdrawn
        )
        return self._answer_column, next(said, row)

    @property
    def problem(self) -> str:
        """What is not where it was, in words."""
        cover = self.edition.cover
        places = [(self.organisation, cover.organisation), (self.quarter, cover.quarter)]
        places += [(self.answers[trajectory], reference) for trajectory, reference in cover.answers.items()]
        moved = any(found != split(reference) for found, reference in places)
        return "er zijn rijen of kolommen ingevoegd of weggehaald" if moved else ""

    def is_asked(self, trajectory: str) -> bool:
        """Whether the cover lists it: a quarter's template leaves out what is not registered yet."""
        return bool(self.title(trajectory))

    def title(self, trajectory: str) -> str:
        """The name of a trajectory, as it stands beside its answer."""
        return self.sheet.at(self._labels, self.answers[trajectory][1]).strip()

    @cached_property
    def _labels(self) -> str:
        """The column of the labels."""
        found = self.sheet.find(EDITION_LABEL, ROWS)
        return found[0] if found else LABELS

    def _right_of(self, label: str, reference: str) -> Reference:
        column, row = split(reference)
        moved = column_index_from_string(self._labels) - column_index_from_string(LABELS)
        found = (number for number in range(1, ROWS) if self.sheet.at(self._labels, number).strip() == label)
        return get_column_letter(column_index_from_string(column) + moved), next(found, row)

    @cached_property
    def _answer_column(self) -> str:
        found = self.sheet.find(ANSWER_HEADER, ROWS)
        return found[0] if found else split(next(iter(self.edition.cover.answers.values())))[0]

    def _row(self, title: str, expected: int) -> int:
        """The row with a title; where it stands nowhere, as far from its place as the others."""
        return next(self._rows_of(title), expected + self._shift) if title else expected + self._shift

    def _rows_of(self, title: str) -> Iterator[int]:
        return (row for row in range(1, ROWS) if self.sheet.at(self._labels, row).strip() == title.strip())

    @cached_property
    def _shift(self) -> int:
        """How many rows the answers moved, most of them."""
        rows = {trajectory: split(reference)[1] for trajectory, reference in self.edition.cover.answers.items()}
        found = [
            (row, next(self._rows_of(self.titles[one]), None)) for one, row in rows.items() if self.titles.get(one)
        ]
        moved = Counter(at - row for row, at in found if at is not None)
        return moved.most_common(1)[0][0] if moved else 0


def split(reference: str) -> Reference:
    """Column and row of a reference such as C4."""
    column = reference.rstrip("0123456789")
    return column, int(reference[len(column) :])
