"""A word of trend is said only where its predicate holds, and a sentence only whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from orchestration.home.paths import Home
from orchestration.reporting.pages.source import Line
from orchestration.reporting.pages.words import NOUNS_OF_TREND, RulesUnusable, Words, rules, trend

THRESHOLDS = {
    "count_equal_below": 5.0,
    "count_equal_pct_below": 1.0,
    "percentage_equal_below": 0.5,
    "small_base_below": 10.0,
    "ranking_minimum": 10.0,
    "low_coverage_below": 80.0,
}
COUNTS = st.integers(0, 9_000)


@pytest.mark.parametrize(
    ("change", "earlier", "unit", "direction"),
    [
        (26, 4130, "count", "equal"),  # printed as "gestegen" and as "nagenoeg gelijk" in one report
        (4, 4152, "count", "equal"),
        (104, 4740, "count", "up"),
        (-140, 4984, "count", "down"),
        (4, 20, "count", "equal"),
        (5, 20, "count", "up"),
        (-6, 12, "count", "down"),
        (3, 4, "count", None),
        (None, 4, "count", None),
        (5, None, "count", None),
        (-0.4, 36.7, "percent", "equal"),
        (0.5, 36.7, "percent", "up"),
        (-2.3, 36.7, "percent", "down"),
    ],
)
def test_which_word_holds_is_what_the_list_of_rules_says(
    change: float | None, earlier: float | None, unit: str, direction: str | None
) -> None:
    found = trend(change, earlier, unit, THRESHOLDS)
    assert (found and found.direction) == direction


class Rows:
    """A source that has one row of `changes`."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    def change(self, *_: object, **__: object) -> Line:
        return Line("changes", "key", self.row, 0, THRESHOLDS["small_base_below"])

    def figure(self, *_: object, **__: object) -> Line:
        return Line("figures", "key", {"denominator": 100, "value": 1.0, "unit": "percent"}, 1, 10)


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    value, compared = draw(COUNTS), draw(COUNTS)
    like, like_compared = draw(COUNTS), draw(COUNTS)
    newly = draw(st.integers(-50, 500))
    return {
        "unit": "count",
        "measure": "clients_active",
        "trajectory": "all",
        "period": "2025-Q1",
        "compared_period": "2024-Q4",
        "value": value,
        "compared_value": compared,
        "status": "known",
        "compared_status": "known",
        "change": value - compared,
        "change_pct_of_previous": 100 * (value - compared) / compared if compared else None,
        "like_for_like_value": like,
        "like_for_like_compared_value": like_compared,
        "like_for_like_change": like - like_compared,
        "pairs": draw(st.integers(0, 40)),
        "change_newly_known": newly,
        "change_no_longer_known": 0,
    }


def shown(text: Markup) -> str:
    return text.striptags()


@settings(max_examples=1_000, deadline=None)
@given(changes())
def test_no_word_of_trend_stands_against_its_predicate(row: dict[str, Any]) -> None:
    said = shown(Words(Rows(row), THRESHOLDS).compared("previous_quarter", "2025-Q1", "clients_active"))  # type: ignore[arg-type]
    first, _, second = said.partition("; bij wie in beide perioden leverde is het ")
    for part, change, earlier in (
        (first, row["change"], row["compared_value"]),
        (second, row["like_for_like_change"], row["like_for_like_compared_value"]),
    ):
        if "stijging" in part:
            assert change >= 5 and 100 * change >= earlier
        if "daling" in part:
            assert change <= -5 and -100 * change >= earlier
        if "nagenoeg gelijk" in part:
            assert abs(change) < 5 or 100 * abs(change) < earlier
    if max(row["value"], row["compared_value"]) < 10:
        assert said == ""


@settings(max_examples=1_000, deadline=None)
@given(changes())
def test_no_sentence_has_an_empty_place_and_one_client_is_not_clients(row: dict[str, Any]) -> None:
    said = shown(Words(Rows(row), THRESHOLDS).sentence("2025-Q1", "clients_active", "all"))  # type: ignore[arg-type]
    assert not re.search(r"  | \.|\(\)|None|nan|onbekend|\b1 cliënten|[02-9] cliënt\b", said)
    assert said == "" or said.endswith(".")


@settings(max_examples=300, deadline=None)
@given(changes())
def test_another_direction_among_those_who_reported_in_both_is_said(row: dict[str, Any]) -> None:
    said = shown(Words(Rows(row), THRESHOLDS).compared("previous_quarter", "2025-Q1", "clients_active"))  # type: ignore[arg-type]
    inner = trend(row["like_for_like_change"], row["like_for_like_compared_value"], "count", THRESHOLDS)
    if said and inner and row["pairs"] and row["change_newly_known"]:
        assert "bij wie in beide perioden leverde" in said


def test_the_words_of_trend_are_written_in_one_file_only() -> None:
    from pathlib import Path

    from orchestration.reporting import pages

    folder = Path(pages.__file__).parent
    pattern = re.compile("|".join([*NOUNS_OF_TREND, "gestegen", "gedaald", "nagenoeg", "hoogste", "meeste", "steeds"]))
    texts = [*folder.glob("*.py"), *folder.glob("templates/*")]
    said = {path.name for path in texts if pattern.search(path.read_text(encoding="utf-8"))}
    assert said == {"words.py"}


def test_a_rule_that_is_not_there_or_no_number_is_named(home: Home) -> None:
    home.reference.mkdir(exist_ok=True)
    own = home.reference / "text_rules.csv"
    own.write_text("rule,value,reason\ncount_equal_below,5,x\n", encoding="utf-8")
    with pytest.raises(RulesUnusable, match="small_base_below"):
        rules(home)
    own.write_text("rule,value,reason\n" + "".join(f"{name},veel,x\n" for name in THRESHOLDS), encoding="utf-8")
    with pytest.raises(RulesUnusable, match="veel"):
        rules(home)
