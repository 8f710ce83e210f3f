"""The tidy table (CONTRACT § 1): its header, its rows as text, and the file as it was read.

What every reader hands over. Nothing is read or judged here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from orchestration.findings import dutch
from orchestration.findings.findings import WHOLE_FILE, Finding, Ours, finding, shown
from orchestration.reading.grid import BLANKS, NOISE

COLUMNS = (
    "organisation_id",
    "quarter",
    "region_code",
    "trajectory",
    "measure",
    "breakdown",
    "category",
    "clients",
)
# a full delivery of all regions and all cells has 3 500 rows; far beyond that it is no delivery
MOST_ROWS = 100_000
MOST_CLIENTS = 1_000_000  # that a cell may hold
TITLES = 100  # lines above the header, at most
_LIKE_A_ROW = 6  # fields that are filled
_NOISY = 10  # characters that a number without noise stays within
_FRACTION = re.compile(r"[0-9]{1,15}[.,][0-9]{9,30}", re.ASCII)
# findings after which what is left can still be judged: of a line that is no row or the header again, of a part of a
# template, and of cells that are there and doubtful
COST_NO_CELLS = frozenset(
    {"E105", "E106", "E109", "E112", "E113", "E501", "E802", "E803", "E804", "E805", "E808", "W112"}
)
MOST_UNREAD = 1_000  # lines; beyond that the absence of a cell means nothing any more

_WORD = re.compile(r"[^,;\t|:\"' ]+")
_LONGEST = 1_000  # characters


class Row(NamedTuple):
    """One row, as text, and where it stands."""

    location: str
    organisation_id: str
    quarter: str
    region_code: str
    trajectory: str
    measure: str
    breakdown: str
    category: str
    clients: str


@dataclass
class ReadFile:
    """What could be read of a file.

    `owner`: organisation and quarter, where the file says so beside its rows; `name`: what it calls the organisation.

    `unread`: the number and the words of each line that is no row, by which its cell may be known all the same; of a
    template the words of each cell of a column that was not read.

    `places`: where something stands that is in no row, by the values that name it: the organisation; the quarter; a
    cell left empty, by region, trajectory, measure, breakdown and category; the first empty one of a group; the name of
    a region on the sheet of a trajectory, by these two.

    `is_template`: who filled it in knows sheets and headers, and no codes.
    """

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    places: dict[tuple[str, ...], str] = field(default_factory=dict)
    owner: tuple[str, str] = ("", "")
    name: str = ""
    unread: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    is_template: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the absence of a cell means anything: not where rows may be missing because of a finding."""
        return len(self.unread) <= MOST_UNREAD and all(one.rule in COST_NO_CELLS for one in self.findings)

    def leave_out(self, number: int, line: str, why: Finding) -> None:
        """A line that is no row. Lines far longer than a row are not looked into."""
        self.findings.append(why)
        self.unread.append((number, tuple(_WORD.findall(line[:_LONGEST]))))


def refused(code: str, location: str = WHOLE_FILE, **facts: object) -> ReadFile:
    """A file of which nothing can be used."""
    return ReadFile(findings=[finding(code, location, **facts)])


def row(location: str, fields: Sequence[str]) -> Row:
    """A row from its eight fields, freed of the blanks around them."""
    clients = fields[-1].strip(BLANKS)  # a line end is no blank: who typed it meant more than a number
    codes = [text.strip() for text in fields[:-1]]
    return Row._make((location, *codes, _without_noise(clients) if len(clients) > _NOISY else clients))


def as_header(fields: Sequence[str]) -> list[str]:
    """A line as a header would be: without blanks, capitals, and the empty columns at its end."""
    names = [name.strip() for name in fields]
    known = [name.lower() if name.lower() in COLUMNS else name for name in names]
    return known[: max((number for number, name in enumerate(known, 1) if name), default=0)]


def find_header(lines: Iterable[tuple[int, list[str]]]) -> tuple[int, list[str]] | None:
    """The number of the header's line, and that line, each of `lines` being as a header would be.

    Titles may stand above it, rows of the table may not. Where none is right: the line that is most like one.
    """
    best, likeness = None, -1
    for number, line in lines:
        likes = len(set(line) & set(COLUMNS))
        if likes > likeness:
            best, likeness = (number, line), likes
        if tuple(line) == COLUMNS or _is_like_a_row(line):
            break  # what may be a row of the table is no title
    return best


def _is_like_a_row(line: Sequence[str]) -> bool:
    """Whether a line has about as many fields as a row of the table, or declares something."""
    return sum(map(bool, line)) >= _LIKE_A_ROW or "declaration" in line


def header_problem(header: Sequence[str]) -> str | None:
    """What is wrong with a header, in words, or None."""
    if tuple(header) == COLUMNS:
        return None
    counts = Counter(header)
    complaints = {
        "ontbreekt": [name for name in COLUMNS if name not in counts],
        "staat er dubbel": [name for name in COLUMNS if counts[name] > 1],
        "is onbekend": [shown(name) for name in counts if name not in COLUMNS],
    }
    parts = [f"{_listed(names)} {what}" for what, names in complaints.items() if names]
    return "; ".join(parts) or "de volgorde van de kolommen is anders"


def wrong_header(header: Sequence[str], location: str) -> ReadFile:
    """The refusal of a table whose header is not the tidy one."""
    problem = Ours(header_problem(header))
    return ReadFile(findings=[finding("E105", location, found=",".join(header), problem=problem)])


def header_below(lines: Iterable[tuple[int, list[str]]], location: str) -> ReadFile | None:
    """The refusal of a table with rows above its header, where it is below them."""
    number = next((number for number, line in lines if tuple(line) == COLUMNS), None)
    if number is None:
        return None
    problem = Ours(f"hier staat al een regel van de tabel, en de kopregel komt pas op rij {number}")
    return ReadFile(findings=[finding("E105", location, found="een regel van de tabel", problem=problem)])


def header_once_more(location: str) -> Finding:
    """A line below the header that is the header again, as when files are pasted together."""
    again = Ours("zij staat hier nog een keer; haalt u deze regel weg")
    return finding("E105", location, found="de kopregel nog een keer", problem=again)


def without_data() -> ReadFile:
    return refused("E102", problem="onder de kopregel staat niets")


def too_many_rows(most: int = MOST_ROWS) -> Finding:
    return finding("E110", problem=f"meer dan {dutch.number(most)} regels", limit=f"{dutch.number(most)} regels")


def _without_noise(number: str) -> str:
    """A whole number that was computed in fractions, as it is; any other text as it stands."""
    if not _FRACTION.fullmatch(number):
        return number
    value = float(number.replace(",", "."))
    return str(round(value)) if abs(value - round(value)) < NOISE else number


def _listed(names: Sequence[str]) -> str:
    few = ", ".join(names[:8])
    return f"{few} en nog {len(names) - 8}" if len(names) > 8 else few
