"""The lists of what is published and by which rules: a line that cannot be meant is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home.paths import SEEDS, Home
from orchestration.home.reference import UnreadableList
from orchestration.publishing.disclosure.tables import lists

RULES = (SEEDS / "reference" / "suppression_rules.csv").read_text(encoding="utf-8")
ORDERS = (SEEDS / "reference" / "figure_orders.csv").read_text(encoding="utf-8")
TABLES = (SEEDS / "reference" / "public_tables.csv").read_text(encoding="utf-8")
QUARTER = "2025-Q1"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home").create()
    made.create_optional()
    return made


def test_our_lists_say_what_the_page_says(home: Home) -> None:
    found = lists.read(home, QUARTER)
    assert (found.rules.small_below, found.rules.values_at_least) == (5, 4)
    assert found.rules.providers_attack and found.rules.knows_prints
    assert {one.name: one.level for one in found.tables}["national"] == "national"
    assert all(one.level != "organisation" for one in found.tables)


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("suppression_rules", "pct_ended_with_result,10", "pct_ended_with_luck,10", "pct_ended_with_luck"),
        ("suppression_rules", "small_count_below,*,5", "small_count_below,*,-5", "-5 is negatief"),
        ("suppression_rules", "small_count_below,*,5", "small_count_below,*,vijf", "vijf is geen geheel getal"),
        ("suppression_rules", "applies_to", "applied_to", "mist de kolom applies_to"),
        ("suppression_rules", "zero_may_hide", "zero_may_show", "zero_may_show"),
        ("suppression_rules", "zero_may_hide,*,1", "already_printed,*,1", "mist de regel zero_may_hide"),
        ("public_tables", "paid_work durable_paid_work", "paid_work durable_work", "durable_work"),
        ("public_tables", "region_annual,region,year", "region_annual,region,month", "month"),
        ("public_tables", "region_annual,region,", "region_annual,organisation,", "organisation"),
        ("public_tables", "closed revised", "finished", "finished"),
        ("figure_orders", "clients_active clients_started", "clients_active clients_sent", "clients_sent"),
        ("figure_orders", "clients_active clients_started", "clients_active", "bij first horen twee aantallen"),
    ],
)
def test_what_cannot_be_meant_is_named(home: Home, name: str, old: str, new: str, named: str) -> None:
    ours = {"suppression_rules": RULES, "public_tables": TABLES, "figure_orders": ORDERS}[name]
    assert old in ours
    (home.reference / f"{name}.csv").write_text(ours.replace(old, new), encoding="utf-8")
    with pytest.raises(UnreadableList, match=named):
        lists.read(home, QUARTER)


def test_the_newest_line_that_holds_for_the_quarter_counts(home: Home) -> None:
    later = 'small_count_below,*,10,"Strenger.",2025-Q1\n'
    (home.reference / "suppression_rules.csv").write_text(RULES + later, encoding="utf-8")
    assert lists.read(home, "2024-Q4").rules.small_below == 5
    assert lists.read(home, "2025-Q1").rules.small_below == 10
