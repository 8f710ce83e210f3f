"""What is published at all and by which rules, as the reference lists say; refuses a list that cannot be meant.

Reads `public_tables`, `suppression_rules` and `figure_orders`. What they do to cells is for `linked` and `protect`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from orchestration.home.escaping import shown
from orchestration.home.paths import Home
from orchestration.home.reference import Line, UnreadableList, reference_list

ANY = "*"
LEVELS = ("national", "region")  # nothing per organisation
PERIOD_TYPES = ("quarter", "half_year", "year")
YEAR_STATUSES = ("open", "closed", "revised")
PERIODS = ("same", "within", "first")
RULES = (
    "small_count_below",
    "possible_values_at_least",
    "percentage_base_at_least",
    "percentage_parts_at_least",
    "providers_at_least",
    "provider_as_attacker",
    "zero_may_hide",
    "already_printed",
)


@dataclass(frozen=True)
class PublicTable:
    """A line of `public_tables`: which rows of `figures`; of each set of words None is all."""

    name: str
    level: str
    period_types: frozenset[str] | None
    trajectories: frozenset[str] | None
    measures: frozenset[str] | None
    with_breakdowns: bool
    year_statuses: frozenset[str] | None

    def holds(self, row: Line) -> bool:
        """Whether a row of `figures` belongs to this table."""
        asked = (
            (self.period_types, row["period_type"]),
            (self.trajectories, row["trajectory"]),
            (self.measures, row["measure"]),
            (self.year_statuses, row["year_status"]),
        )
        return (
            row["level"] == self.level
            and (self.with_breakdowns or row["breakdown"] is None)
            and all(words is None or word in words for words, word in asked)
        )


@dataclass(frozen=True)
class Order:
    """Of one region and scope `lower` is at most `upper`, of the `same` period or of one that it lies `within`.

    `first`: `lower` of the period's first quarter and `flow` of the period together are.
    """

    lower: str
    upper: str
    periods: str
    flow: str = ""


@dataclass(frozen=True)
class Rules:
    """The values of `suppression_rules` that hold for a quarter's release."""

    small_below: int
    values_at_least: int
    base_at_least: int
    parts_at_least: int
    providers_at_least: int
    providers_attack: bool
    zeros_may_hide: bool
    knows_prints: bool


@dataclass(frozen=True)
class Lists:
    """All that the data manager decided about the public file."""

    tables: tuple[PublicTable, ...]
    rules: Rules
    orders: tuple[Order, ...]


def read(home: Home, quarter: str) -> Lists:
    """The lists in force for a release of this quarter.

    Raises:
        UnreadableList: a column is missing, a measure or rule is not known, a value cannot be meant; names it.
    """
    measures = {line["measure"] for line in reference_list(home, "indicators")}
    tables = tuple(_table(line, measures) for line in reference_list(home, "public_tables"))
    orders = tuple(_order(line, measures) for line in reference_list(home, "figure_orders"))
    return Lists(tables, _rules(home, quarter, measures), orders)


def _table(line: Line, measures: set[str]) -> PublicTable:
    where = f"public_tables.csv, tabel {shown(line['table'])}"
    _require(where, "level", {line["level"]}, LEVELS)
    words = {name: _words(line[name]) for name in ("period_type", "trajectory", "measure", "year_status")}
    _require(where, "period_type", words["period_type"], PERIOD_TYPES)
    _require(where, "measure", words["measure"], measures)
    _require(where, "year_status", words["year_status"], YEAR_STATUSES)
    _require(where, "breakdown", {line["breakdown"]}, ("", ANY))
    return PublicTable(
        line["table"],
        line["level"],
        words["period_type"],
        words["trajectory"],
        words["measure"],
        line["breakdown"] == ANY,
        words["year_status"],
    )


def _order(line: Line, measures: set[str]) -> Order:
    where = f"figure_orders.csv, {shown(line['at_most'])}"
    lower, _, flow = line["at_most"].partition(" ")
    _require(where, "at_most", {lower, flow} - {""}, measures)
    _require(where, "measure", {line["measure"]}, measures)
    _require(where, "periods", {line["periods"]}, PERIODS)
    if bool(flow) != (line["periods"] == "first"):
        raise UnreadableList(f"{where}: bij first horen twee aantallen, en anders één.")
    return Order(lower, line["measure"], line["periods"], flow)


def _rules(home: Home, quarter: str, measures: set[str]) -> Rules:
    found: dict[str, tuple[str, int]] = {}
    for line in reference_list(home, "suppression_rules"):
        where = f"suppression_rules.csv, regel {shown(line['rule'])}"
        _require(where, "rule", {line["rule"]}, RULES)
        _require(where, "applies_to", _words(line["applies_to"]), measures)
        value, since = _whole(where, line["value"]), line["valid_from"]
        if since <= quarter and since >= found.get(line["rule"], ("", 0))[0]:
            found[line["rule"]] = (since, value)
    if missing := [one for one in RULES if one not in found]:
        raise UnreadableList(f"suppression_rules.csv mist de regel {', '.join(missing)} voor {quarter}.")
    small, values, base, parts, providers, *switches = (found[rule][1] for rule in RULES)
    attack, zeros, prints = (bool(one) for one in switches)
    return Rules(small, values, base, parts, providers, attack, zeros, prints)


def _words(text: str) -> frozenset[str] | None:
    return None if text == ANY else frozenset(text.split())


def _whole(where: str, text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise UnreadableList(f"{where}: {shown(text)} is geen geheel getal.") from None
    if value < 0:
        raise UnreadableList(f"{where}: {value} is negatief.")
    return value


def _require(where: str, column: str, words: Collection[str] | None, known: Collection[str]) -> None:
    if unknown := sorted(set(words or ()) - set(known)):
        raise UnreadableList(f"{where}: {column} {shown(', '.join(unknown))} is niet bekend.")
