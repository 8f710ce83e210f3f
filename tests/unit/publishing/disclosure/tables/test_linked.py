"""What holds between figures, read off tables made by hand; and what a second release may show."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.home.paths import Home
from orchestration.publishing.disclosure import attack
from orchestration.publishing.disclosure.attack import Needs
from orchestration.publishing.disclosure.protect import NotProtected, Withheld, protect
from orchestration.publishing.disclosure.system import Cover
from orchestration.publishing.disclosure.tables import lists
from orchestration.publishing.disclosure.tables.linked import Linked, link
from orchestration.publishing.disclosure.tables.lists import Lists
from orchestration.publishing.disclosure.tables.snapshots import Calendar, Snapshot

QUARTERS = {f"2024-Q{n}": (date(2024, 3 * n - 2, 1), date(2024, 3 * n, 28)) for n in range(1, 5)}
CALENDAR = Calendar(
    {**QUARTERS, "2024": (date(2024, 1, 1), date(2024, 12, 31))},
    {"ips": frozenset({"ips"}), "wabz": frozenset({"wabz"}), "all": frozenset({"ips", "wabz"})},
)
NEEDS = Needs(4)


@pytest.fixture
def ours(tmp_path: Path) -> Lists:
    return lists.read(Home(tmp_path / "home").create(), "2024-Q4")


def key(period: str, region: str, measure: str, scope: str = "ips") -> str:
    return f"{period}/region/{region}/-/{scope}/{measure}/-/-"


def count(period: str, region: str, measure: str, value: float, scope: str = "ips", **other: Any) -> dict[str, Any]:
    return {
        "figure_key": key(period, region, measure, scope),
        "period": period,
        "period_type": "quarter" if "Q" in period else "year",
        "region_code": region,
        "trajectory": scope,
        "measure": measure,
        "status": "known",
        "unit": "count",
        "aggregation": "stock",
        "value": value,
        **other,
    }


def share(region: str, above: int, base: int) -> dict[str, Any]:
    more = {"unit": "percent", "numerator": above, "denominator": base, "denominator_measure": "clients_ended"}
    value = 100 * above / base
    return count("2024", region, "pct_ended_with_result", value, "all", **more, rounded=round(value, 1))


def snapshot(rows: list[dict[str, Any]], name: str = "now", **other: Any) -> Snapshot:
    """These regional figures, and the national totals that they add up to."""
    nation: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        total = nation.setdefault(
            (row["period"], row["trajectory"], row["measure"]), {"value": 0, "numerator": 0, "denominator": 0}
        )
        for column in total:
            total[column] += row.get(column) or 0
    figures = {row["figure_key"]: row for row in rows}
    return Snapshot(name, figures, dict.fromkeys(figures, "t"), nation, **other)


def relations(linked: Linked) -> set[tuple[frozenset[tuple[str, float]], float, float]]:
    names = [cell.name for cell in linked.system.cells]
    return {
        (frozenset((names[cell], factor) for cell, factor in row.parts), row.lowest, row.highest)
        for row in linked.system.rows
    }


def test_regions_add_up_and_what_the_list_orders_is_ordered(ours: Lists) -> None:
    rows = [count("2024-Q1", region, "clients_active", value) for region, value in (("a", 9), ("b", 3))]
    rows += [count("2024-Q1", "a", "paid_work", 4), count("2024", "a", "clients_active", 20)]
    rows += [count("2024", "a", "clients_started", 8, aggregation="flow")]
    found = relations(link(ours, CALENDAR, [], snapshot(rows), {}))
    active, paid = key("2024-Q1", "a", "clients_active"), key("2024-Q1", "a", "paid_work")
    year, started = key("2024", "a", "clients_active"), key("2024", "a", "clients_started")
    inf = float("inf")
    assert (frozenset({(active, 1.0), (key("2024-Q1", "b", "clients_active"), 1.0)}), 12.0, 12.0) in found
    assert (frozenset({(active, 1.0), (paid, -1.0)}), 0, inf) in found
    assert (frozenset({(year, 1.0), (active, -1.0)}), 0, inf) in found
    assert (frozenset({(year, 1.0), (active, -1.0), (started, -1.0)}), 0, inf) in found


def test_scopes_add_up_to_their_total_and_quarters_of_a_flow_to_the_year(ours: Lists) -> None:
    rows = [count("2024-Q1", "a", "clients_active", v, s) for s, v in (("ips", 9), ("wabz", 3), ("all", 12))]
    rows += [count(f"2024-Q{n}", "a", "clients_started", n, aggregation="flow") for n in range(1, 5)]
    rows += [count("2024", "a", "clients_started", 10, aggregation="flow")]
    found = relations(link(ours, CALENDAR, [], snapshot(rows), {}))
    scopes = {(key("2024-Q1", "a", "clients_active", one), 1.0) for one in ("ips", "wabz")}
    assert (frozenset({(key("2024-Q1", "a", "clients_active", "all"), -1.0), *scopes}), 0, 0) in found
    quarters = {(key(f"2024-Q{n}", "a", "clients_started"), 1.0) for n in range(1, 5)}
    assert (frozenset({(key("2024", "a", "clients_started"), -1.0), *quarters}), 0, 0) in found


def test_a_relation_that_the_figures_do_not_satisfy_is_left_out_and_named(ours: Lists) -> None:
    rows = [count("2024", "a", "clients_active", 1), count("2024", "a", "paid_work", 2)]
    linked = link(ours, CALENDAR, [], snapshot(rows), {})
    assert linked.left_out == [f"paid_work ≤ clients_active: {key('2024', 'a', 'paid_work')}"]
    assert linked.system.untrue() == []


def test_what_lies_below_a_percentage_is_in_the_system_and_too_small_a_base_hides_it(ours: Lists) -> None:
    linked = link(ours, CALENDAR, [], snapshot([share("a", 20, 30), share("b", 2, 3), share("c", 30, 60)]), {})
    assert linked.hidden_percentages == {linked.percentages[key("2024", "b", "pct_ended_with_result", "all")]}
    small = {cell.name for cell in linked.system.cells if cell.is_small}
    assert key("2024", "b", "clients_ended", "all") in small
    # 66,7 of 20–49 with 50,0 of 50–99: what is left for b is not one number
    shown = Cover(set(), set(linked.hidden_percentages))
    assert not attack.narrow(linked.system, shown, Needs(2))


def test_an_estimate_cannot_be_protected(ours: Lists) -> None:
    with pytest.raises(NotProtected, match="tabel t"):
        link(ours, CALENDAR, [], snapshot([count("2024", "a", "durable_paid_work", 4.5)]), {})


def test_a_printed_figure_is_known_and_ours_shows_only_where_it_is_equal(ours: Lists) -> None:
    rows = [count("2024", region, "clients_active", value) for region, value in (("a", 3), ("b", 12), ("c", 40))]
    printed = {key("2024", "a", "clients_active"): 3.0, key("2024", "b", "clients_active"): 11.0}
    linked = link(ours, CALENDAR, [], snapshot(rows), printed)
    assert linked.system.cells[linked.cells[key("2024", "a", "clients_active")]].is_known
    assert linked.hidden >= {linked.cells[key("2024", "b", "clients_active")]}
    assert linked.printed_small == [key("2024", "a", "clients_active")]


def second(ours: Lists, values: dict[str, int], fresh: frozenset[str] = frozenset()) -> tuple[Linked, set[str]]:
    """A second release with these values, after one of a 12, b 9, c 5 and d 3 in which c and d were hidden."""
    first = snapshot(
        [count("2024-Q1", r, "clients_active", v) for r, v in {"a": 12, "b": 9, "c": 5, "d": 3}.items()], "r1"
    )
    first.shown = {key("2024-Q1", one, "clients_active") for one in "ab"}
    first.hidden = {key("2024-Q1", one, "clients_active") for one in "cd"}
    now = snapshot([count("2024-Q1", r, "clients_active", v) for r, v in values.items()])
    now.fresh, now.hidden = set(fresh), set(fresh)
    linked = link(ours, CALENDAR, [first], now, {})
    fixed = Cover(set(linked.hidden), set(), set(linked.sums))
    made = protect(linked.system, ours.rules, NEEDS, {}, fixed)
    return linked, {name.split("/")[2] for name, place in linked.cells.items() if place in made.cover.cells}


def test_what_is_unchanged_stays_shown_or_hidden(ours: Lists) -> None:
    assert second(ours, {"a": 12, "b": 9, "c": 5, "d": 3})[1] == {"c", "d"}


def test_a_correction_of_what_was_hidden_stays_protected_by_what_was_hidden_with_it(ours: Lists) -> None:
    assert second(ours, {"a": 12, "b": 9, "c": 5, "d": 2})[1] == {"c", "d"}


def test_a_shown_figure_that_becomes_small_has_its_whole_row_withheld(ours: Lists) -> None:
    with pytest.raises(Withheld) as row:
        second(ours, {"a": 2, "b": 9, "c": 5, "d": 3})
    assert {one.split("/")[2] for one in row.value.keys} == {"a", "b", "c", "d"}
    assert second(ours, {"a": 2, "b": 9, "c": 5, "d": 3}, frozenset(row.value.keys))[1] == {"a", "b", "c", "d"}
