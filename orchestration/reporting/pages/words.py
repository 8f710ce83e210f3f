"""Sentences about figures: templates with predicates. A word of trend is said nowhere else.

A sentence that cannot be said whole is not said. The thresholds are `seeds/reference/text_rules.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.reporting.pages.cells import Cell
from orchestration.reporting.pages.source import Line, Source, period_words

RULES = (
    "count_equal_below",
    "count_equal_pct_below",
    "percentage_equal_below",
    "small_base_below",
    "ranking_minimum",
    "low_coverage_below",
)
# one and more of what a measure counts
COUNTED = {
    "clients_ended": ("beëindigd traject", "beëindigde trajecten"),
    "organisations": ("aanbieder", "aanbieders"),
}
CLIENTS = ("cliënt", "cliënten")
NOT_COMPARABLE = {
    "other_quarters": "de perioden bevatten niet dezelfde kwartalen",
    "no_compared_period": "over die periode is niets gepubliceerd",
}


class RulesUnusable(Exception):
    """The list of text rules lacks a rule or has a value that is no number; the message (Dutch) names it."""


NOUNS_OF_TREND = ("stijging", "daling")


@dataclass(frozen=True)
class Trend:
    """What may be said of a change: up, down or equal."""

    direction: str

    @property
    def noun(self) -> str:
        """The word for it; of what is equal there is none."""
        return NOUNS_OF_TREND[("up", "down").index(self.direction)]

    @property
    def is_equal(self) -> bool:
        return self.direction == "equal"


def rules(home: Home) -> dict[str, float]:
    """The thresholds by name. Raises RulesUnusable."""
    found = {line["rule"]: line["value"] for line in reference_list(home, "text_rules")}
    if missing := [name for name in RULES if name not in found]:
        raise RulesUnusable(f"In text_rules.csv ontbreekt: {', '.join(missing)}.")
    try:
        return {name: float(found[name]) for name in RULES}
    except ValueError as problem:
        raise RulesUnusable(f"In text_rules.csv staat een waarde die geen getal is: {problem}.") from None


def trend(change: float | None, earlier: float | None, unit: str, thresholds: dict[str, float]) -> Trend | None:
    """Which word holds; none for what is unknown, or a count of so few that no word does."""
    if change is None or earlier is None:
        return None
    if unit == "percent":
        is_equal = abs(change) < thresholds["percentage_equal_below"]
    else:
        if max(earlier, earlier + change) < thresholds["small_base_below"]:
            return None
        is_equal = abs(change) < thresholds["count_equal_below"] or (
            100 * abs(change) < thresholds["count_equal_pct_below"] * earlier
        )
    return Trend("equal" if is_equal else "up" if change > 0 else "down")


class Words:
    """Sentences from the rows of one source."""

    def __init__(self, source: Source, thresholds: dict[str, float]) -> None:
        self.source, self.thresholds = source, thresholds

    def trend_of(self, line: Line) -> Trend | None:
        """Which word holds of a row of `changes`; none where one of its percentages rests on too few."""
        if line["unit"] == "percent" and not self._base_is_enough(line):
            return None
        return trend(line["change"], line["compared_value"], line["unit"], self.thresholds)

    def compared(self, comparison: str, period: str, measure: str, trajectory: str = "all", **where: str) -> Markup:
        """How a figure differs from an earlier period, to be read after "Dat is"; '' where that cannot be said."""
        line = self.source.change(comparison, period, measure, trajectory, **where)
        what = self.trend_of(line) if line else None
        if what is None:
            return Markup()
        then = period_words(line["compared_period"])
        said = self._points(line, what, then) if line["unit"] == "percent" else self._counts(line, what, measure, then)
        return said + self._like_for_like(line, what, measure)

    def sentence(self, period: str, measure: str, trajectory: str, **where: str) -> Markup:
        """Both comparisons of a quarter, or the one of a year, as one sentence; '' where none can be said."""
        comparisons = ("previous_quarter", "same_quarter_last_year") if "-Q" in period else ("previous_year",)
        said = [one for name in comparisons if (one := self.compared(name, period, measure, trajectory, **where))]
        return Markup("Dat is {}.").format(Markup(", en ").join(said)) if said else Markup()

    def coverage(self, line: Line) -> Markup:
        """On how much a figure rests, where that is little."""
        known = line["known_pct"]
        if known is None or known >= self.thresholds["low_coverage_below"]:
            return Markup()
        return Markup("Dit rust op {} van de cliënten: van de anderen is het niet bekend.").format(
            line.cell("known_pct")
        )

    def counted(self, measure: str, cell: Cell) -> str:
        """What a measure counts, in one or more."""
        return COUNTED.get(measure, CLIENTS)[0 if cell.value in {1, -1} else 1]

    def _counts(self, line: Line, what: Trend, measure: str, then: str) -> Markup:
        size = line.cell("change").size()
        share = line.cell("change_pct_of_previous")
        of = (
            Markup("{} van de {} toen").format(share.size(), line.cell("compared_value"))
            if share.is_known
            else Markup()
        )
        number = Markup("{} {}").format(size, self.counted(measure, size))
        if not what.is_equal:
            return Markup("een {} van {}{} ten opzichte van {}").format(
                what.noun, number, Markup(" ({})").format(of) if of else "", then
            )
        if not line["change"]:
            return Markup("precies evenveel als in {}").format(then)
        word = "plus" if line["change"] > 0 else "min"
        return Markup("nagenoeg gelijk aan {} ({} {}{})").format(
            then, word, number, Markup(", {}").format(of) if of else ""
        )

    @staticmethod
    def _points(line: Line, what: Trend, then: str) -> Markup:
        earlier = line.cell("compared_value")
        if what.is_equal:
            return Markup("nagenoeg gelijk aan {} ({})").format(then, earlier)
        size = replace(line.cell("change").size(), unit="points")
        return Markup("een {} van {} procentpunt ten opzichte van {} ({})").format(what.noun, size, then, earlier)

    def _like_for_like(self, line: Line, what: Trend, measure: str) -> Markup:
        """The same among those who reported in both, wherever others came or went."""
        moved = [line[f"change_{name}"] for name in ("newly_known", "no_longer_known")]
        if not any(moved) or not line["pairs"] or line["like_for_like_change"] is None:
            return Markup()
        inner = trend(line["like_for_like_change"], line["like_for_like_compared_value"], line["unit"], self.thresholds)
        who = "; bij wie in beide perioden leverde is het "
        if inner is None:
            return Markup()
        if inner.is_equal:
            return Markup("{}nagenoeg gelijk").format(who)
        size = line.cell("like_for_like_change").size()
        also = "ook " if inner == what else ""
        return Markup("{}{}een {} van {} {}").format(who, also, inner.noun, size, self.counted(measure, size))

    def _base_is_enough(self, line: Line) -> bool:
        return not any(
            (base := self.source.figure(period, line["measure"], line["trajectory"], **_place(line))["denominator"])
            is not None
            and base < self.thresholds["small_base_below"]
            for period in (line["period"], line["compared_period"])
        )


def _place(line: Line) -> dict[str, str]:
    names = {
        "region": "region_code",
        "organisation": "organisation_id",
        "breakdown": "breakdown",
        "category": "category",
    }
    return {name: line[column] for name, column in names.items() if line[column]}


def listed(parts: Iterable[str | Markup]) -> Markup:
    """ "a, b en c"."""
    found: Sequence[str | Markup] = list(parts)
    if len(found) < 2:
        return Markup("").join(found)
    return Markup("{} en {}").format(Markup(", ").join(found[:-1]), found[-1])
