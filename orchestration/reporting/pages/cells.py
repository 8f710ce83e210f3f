"""The only way a number gets on a page: as one cell (table, key, column) of the file that the page is made from.

What stands there is shown as it is: nothing is calculated here. A number, nought, hidden, unknown and what does not
apply never look alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

HIDDEN, UNKNOWN, NOT_APPLICABLE = "×", "onbekend", "n.v.t."
# status of a figure (docs/contract.md, figures): how it is shown, and what that means
STATUSES = {
    "hidden": (HIDDEN, "afgeschermd"),
    "unknown": (UNKNOWN, "niet geleverd"),
    "not_registered": (NOT_APPLICABLE, "wordt hier niet geregistreerd"),
    "no_base": (NOT_APPLICABLE, "er is niets om door te delen"),
    "not_asked": (NOT_APPLICABLE, "er werd nog niet om gevraagd"),
}
SMALL_BASE = "kleine basis"
Number = int | float | None


@dataclass(frozen=True)
class Cell:
    """One number of the file, or why there is none. `of`: of a small base, the cells above and below."""

    table: str
    key: str
    column: str
    value: Number
    status: str = "known"
    unit: str = "count"
    decimals: int = 0
    of: tuple[Cell, Cell] | None = None
    is_small: bool = False
    known_pct: Cell | None = field(default=None, repr=False)

    @property
    def is_known(self) -> bool:
        """Whether a number is shown."""
        return self.value is not None and not self.is_small

    @property
    def text(self) -> str:
        """As it is printed."""
        if self.is_small and self.of:
            return f"{self.of[0].text} van {self.of[1].text}"
        if self.is_small:
            return HIDDEN
        if self.value is None:
            return STATUSES.get(self.status, STATUSES["unknown"])[0]
        return written(self.value, self.decimals) + (" %" if self.unit == "percent" else "")

    @property
    def why(self) -> str:
        """Why no number is shown, in a few words; '' when one is."""
        if self.is_small:
            return SMALL_BASE
        return "" if self.value is not None else STATUSES.get(self.status, STATUSES["unknown"])[1]

    def size(self) -> Cell:
        """The same cell without its sign, for after a word that says it."""
        return replace(self, column=f"{self.column}|abs", value=None if self.value is None else abs(self.value))

    def __html__(self) -> Markup:
        if self.is_small and self.of:
            return Markup("{} van {}").format(*self.of)
        reference = f"{self.table}/{self.key}#{self.column}"
        if not self.key:
            return Markup("<span>{}</span>").format(self.text)
        if self.is_known:
            return Markup('<data value="{}" data-cell="{}">{}</data>').format(plain(self.value), reference, self.text)
        return Markup('<data value="" data-cell="{}" class="geen" title="{}">{}</data>').format(
            reference, self.why, self.text
        )


def written(value: float, decimals: int = 0) -> str:
    """A number as Dutch readers write it, halves rounded up as on paper."""
    # what floating point left behind the ninth decimal does not turn a half
    rounded = Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded + 0:,}".translate(str.maketrans(",.-", ".,−"))


def plain(value: Number) -> str:
    """A number for a program: no separators, a point for decimals; '' when there is none."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def quoted(table: str, key: str, column: str, text: str | None) -> Markup:
    """A text of the file, shown as it stands there."""
    return Markup('<span data-cell="{}/{}#{}">{}</span>').format(table, key, column, text or "") if text else Markup()
