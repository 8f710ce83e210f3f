"""The cells of one sheet's XML, as they are stored. Which sheet that is, and what the cells mean, is for others.

Everything between <sheetData> and its end is a cell that we got, or noted in `unread`: nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.reading.grid import Place, Value, visible
from orchestration.reading.xlsx.package import Refused, local, parse

MOST_CELLS = 1_000_000  # filled ones: a tidy table of the most rows that we take has 800 000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
BLANK = " \t\r\n"  # what XML calls white space
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Dates = Mapping[str, Callable[[float], str]]
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}

# where in the document we are; outside <sheetData>, and in extensions, nothing is a cell (ASIDE)
_START, _SHEET, _DATA, _ROW, _CELL, _VALUE, _FORMULA, _INLINE, _RUN, _TEXT, _ASIDE, _ODD = range(12)
_NEXT = {
    (_START, "worksheet"): _SHEET,
    (_SHEET, "sheetData"): _DATA,
    (_DATA, "row"): _ROW,
    (_ROW, "c"): _CELL,
    (_CELL, "v"): _VALUE,
    (_CELL, "f"): _FORMULA,
    (_CELL, "is"): _INLINE,
    (_INLINE, "t"): _TEXT,
    (_INLINE, "r"): _RUN,
    (_INLINE, "rPh"): _ASIDE,
    (_RUN, "t"): _TEXT,
    (_DATA, "extLst"): _ASIDE,
    (_ROW, "extLst"): _ASIDE,
    (_CELL, "extLst"): _ASIDE,
}
_COLLECTED = frozenset((_VALUE, _TEXT))
_WATCHED = frozenset((_DATA, _ROW, _CELL, _INLINE, _RUN, _ODD))
_HOLDS_CELLS = _WATCHED | _COLLECTED


@dataclass
class Stored:
    """The filled cells of a sheet, by row and column.

    `without_result`: formulas without a stored value, and errors. `formulas`: the others, and whether they came to 0.
    `twice`: places with more than one value. `unread`: rows near which something stands that is no cell.
    """

    cells: dict[int, dict[int, Value]] = field(default_factory=dict)
    without_result: set[Place] = field(default_factory=set)
    formulas: dict[Place, bool] = field(default_factory=dict)
    twice: dict[Place, str] = field(default_factory=dict)
    unread: set[int] = field(default_factory=set)

    def doubt_empty_texts(self) -> None:
        """Of a formula that was never calculated an empty text is no outcome either."""
        empty = {(row, column) for row, column in self.formulas if self.cells[row][column] == ""}
        self.without_result |= empty
        for place in empty:
            del self.formulas[place]


def stored(
    pieces: Iterator[bytes], strings: Callable[[], Sequence[str]], dates: Dates, is_whole: bool = True
) -> Stored:
    """The cells of a sheet, or of the start of one.

    `strings`: the shared texts; `dates`: what writes a number as a date, by style.
    """
    reader = _Reader(strings, dates)
    parse(pieces, reader.start, is_whole, EndElementHandler=reader.end, CharacterDataHandler=reader.text)
    return reader.stored


def shared_strings(pieces: Iterator[bytes]) -> list[str]:
    """The texts that cells refer to by number; how they sound (rPh) is left out."""
    found: list[str] = []
    texts: list[str] = []
    spoken = 0
    is_text = keeps = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal spoken, is_text, keeps
        name = local(tag)
        spoken += name == "rPh"
        is_text = name == "t" and not spoken
        keeps = attributes.get("xml:space") == "preserve"
        if name == "si":
            texts.clear()
        elif is_text:
            texts.append("")

    def end(tag: str) -> None:
        nonlocal spoken, is_text
        name = local(tag)
        spoken -= name == "rPh"
        if is_text and name == "t":
            texts[-1] = plain(texts[-1], keeps)
            is_text = False
        elif name == "si":
            found.append("".join(texts))

    def text(data: str) -> None:
        if is_text:
            texts[-1] += data

    parse(pieces, start, EndElementHandler=end, CharacterDataHandler=text)
    return found


def plain(text: str, keeps_space: bool) -> str:
    """A stored text as one sees it: without escapes, a pretty printer's blanks and what is invisible."""
    if not keeps_space:
        text = text.strip(BLANK)
    if "_x" in text:
        text = _ESCAPED.sub(_unescaped, text)
    return visible(text)


def _unescaped(escaped: re.Match[str]) -> str:
    character = chr(int(escaped[1], 16))
    return character if character in BLANK else escaped[0]


class _Reader:
    """Follows the elements of a sheet."""

    def __init__(self, strings: Callable[[], Sequence[str]], dates: Dates) -> None:
        self.stored = Stored()
        self._strings, self._dates = strings, dates
        self._state = _START
        self._outer: list[int] = []
        self._row = self._column = 0
        self._count = 0
        self._letters: dict[str, int] = {}
        self._pieces: list[str] = []
        self._keeps = False
        self._attributes: dict[str, str] = {}
        self._values: list[str] = []
        self._texts: list[str] | None = None
        self._has_formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        outer = self._state
        self._outer.append(outer)
        name = local(tag) if ":" in tag else tag
        state = _NEXT.get((outer, name))
        if state is None:
            state = _ODD if outer in _HOLDS_CELLS else _ASIDE
            if name == "sheetData":
                self.stored.unread.add(self._row)
        self._state = state
        if state == _CELL:
            self._attributes = attributes
            self._values = []
            self._texts = None
            self._has_formula = False
        elif state in _COLLECTED:
            self._pieces = []
            self._keeps = attributes.get("xml:space") == "preserve"
        elif state == _FORMULA:
            self._has_formula = True
        elif state == _INLINE:
            self._texts = [] if self._texts is None else self._texts
        elif state == _ROW:
            number = attributes.get("r", "").strip(BLANK)
            self._row = int(number) if number.isascii() and number.isdecimal() else self._row + 1
            self._column = 0

    def end(self, _tag: str) -> None:
        state, self._state = self._state, self._outer.pop()
        if state == _CELL:
            self._leave_cell()
        elif state == _VALUE:
            self._values.append("".join(self._pieces) if self._keeps else "".join(self._pieces).strip(BLANK))
        elif state == _TEXT and self._texts is not None:
            self._texts.append(plain("".join(self._pieces), self._keeps))

    def text(self, data: str) -> None:
        if self._state in _COLLECTED:
            self._pieces.append(data)
        elif self._state in _WATCHED and data.strip(BLANK):
            self.stored.unread.add(self._row)

    def _leave_cell(self) -> None:
        known = self._go_to(self._attributes.get("r", "").strip(BLANK))
        has_text = bool(self._texts and any(self._texts))
        filled = self._has_formula or any(self._values) or has_text
        # a text of its own where the kind says otherwise, or a value where it says that: other programs see nothing
        is_inline = self._attributes.get("t") == "inlineStr"
        if filled and (not known or (has_text != is_inline and (has_text or any(self._values)))):
            self.stored.unread.add(self._row)
            return
        if not known:
            return
        row = self.stored.cells.get(self._row)
        if not filled:
            if row and self._column in row:
                self.stored.twice[self._row, self._column] = f"{row[self._column]} en niets"
            return
        self._count += 1
        if self._count > MOST_CELLS:
            raise Refused("E110", problem=f"meer dan {MOST_CELLS} gevulde cellen", limit=f"{MOST_CELLS} gevulde cellen")
        self._keep(row)

    def _keep(self, row: dict[int, Value] | None) -> None:
        place, kept = (self._row, self._column), self.stored
        value = self._value()
        if row is None:
            row = kept.cells[self._row] = {}
        if self._column in row:
            kept.twice[place] = f"{row[self._column]} en {value}"
        elif len(self._values) > 1 or (self._values and self._texts is not None and any(self._texts)):
            kept.twice[place] = " en ".join([*self._values, *(self._texts or [])])
        row[self._column] = value
        kept.without_result.discard(place)
        kept.formulas.pop(place, None)
        kind = self._attributes.get("t", "")
        has_value = any(self._values) or kind == "str"  # a formula may well come to an empty text
        if kind == "e" or (self._has_formula and not has_value and not self._texts):
            kept.without_result.add(place)
        elif self._has_formula:
            kept.formulas[place] = value in (0, "0", "") and value is not False

    def _go_to(self, reference: str) -> bool:
        """Whether we know which cell this is: where it says, else right of the one before."""
        if reference:
            place = _PLACE.fullmatch(reference)
            if place is None:
                return False
            letters = place[1]
            column = self._letters.get(letters)
            if column is None:
                column = self._letters[letters] = _column_number(letters.upper())
            self._column, self._row = column, int(place[2])
        else:
            self._column += 1
        return 1 <= self._row <= LAST_ROW and 1 <= self._column <= LAST_COLUMN

    def _value(self) -> Value:
        raw = self._values[-1] if self._values else ""
        kind = self._attributes.get("t", "n")
        if kind == "inlineStr":
            return "".join(self._texts or [])
        if kind == "n":
            return self._number(raw)
        if kind == "s":
            return self._shared(raw)
        if kind == "b":
            return _TRUTHS.get(raw.strip(BLANK), f"(WAAR of ONWAAR: {raw})")
        return "" if kind == "e" else plain(raw, True)

    def _number(self, raw: str) -> Value:
        raw = raw.strip(BLANK)
        if not _NUMBER.fullmatch(raw):
            return visible(raw)
        number = int(raw) if raw.isdecimal() and len(raw) < 16 else float(raw)
        if self._dates and (written := self._dates.get(self._attributes.get("s", "0"))):
            return written(number)
        return number

    def _shared(self, raw: str) -> Value:
        raw = raw.strip(BLANK)
        if not raw:
            return ""
        strings = self._strings()
        if raw.isascii() and raw.isdecimal() and len(raw) < 10 and int(raw) < len(strings):
            return strings[int(raw)]
        return f"(tekst {raw} ontbreekt)"


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
