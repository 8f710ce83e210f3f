"""`werkmonitor explain` gives every row of `figures` and `changes` back, from the parts and the formula alone."""

from __future__ import annotations

import json
import random

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.publishing import published_file
from orchestration.reporting.explaining import figures
from orchestration.reporting.explaining.asked import CannotExplain, key_of
from orchestration.reporting.explaining.explain import asked, explain
from orchestration.reporting.explaining.figures import (
    ChangeExplained,
    FigureExplained,
    explain_change,
    explain_figure,
)
from tests.support.commands import werkmonitor_here
from tests.support.random_deliveries import random_deliveries, random_organisations
from tests.support.warehouse import build_marts

ROWS = 200


@pytest.fixture(scope="module")
def published(shared_home: Home) -> Home:
    organisations = random_organisations(12, 8)
    build_marts(shared_home, random_deliveries(12, organisations), organisations)
    published_file.stage(shared_home)
    published_file.approve(shared_home)
    published_file.release(shared_home)
    return shared_home


def keys(home: Home, mart: str, column: str, where: str = "true") -> list[str]:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        found = [
            key for (key,) in connection.sql(f"select {column} from marts.{mart} where {where} order by 1").fetchall()
        ]
    return random.Random(1).sample(found, min(ROWS, len(found)))


@pytest.mark.parametrize(
    "where",
    [
        "breakdown is null and unit = 'count'",
        "breakdown is null and unit = 'percent'",
        "breakdown is not null and unit = 'count'",
        "breakdown is not null and unit = 'percent'",
        "unit = 'client_quarters'",
        "level = 'organisation'",
        "measure = 'pct_of_all_trajectories'",
        "status <> 'known'",
    ],
)
def test_figures_picked_at_random_are_what_their_formula_gives_over_the_parts(published: Home, where: str) -> None:
    with duckdb.connect(str(published.published), read_only=True) as connection:
        chosen = keys(published, "figures", "figure_key", where)
        explained = [explain_figure(connection, key_of(key), {}) for key in chosen]
    assert explained
    assert [one.figure["figure_key"] for one in explained if not one.equal] == []


def test_changes_picked_at_random_are_what_the_organisations_add_up_to(published: Home) -> None:
    moved = "organisation_id is null and change_present_in_both is not null"
    with duckdb.connect(str(published.published), read_only=True) as connection:
        chosen = keys(published, "changes", "change_key", moved)
        explained = [explain_change(connection, key_of(key), {}) for key in chosen]
    assert any(one.computed["newly_known"] for one in explained)
    assert any(one.computed["no_longer_known"] for one in explained)
    assert [one.change["change_key"] for one in explained if not one.equal] == []


def test_a_figure_that_is_not_what_its_parts_give_is_called_an_error(
    published: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "HERE", f"{figures.HERE} and organisation_id <> 'org_001'")
    output = werkmonitor_here(published, "explain", "figures", "2024-Q1", "clients_active")
    assert "Meld dit als fout" in output


def test_a_scope_is_told_by_its_trajectories_and_a_year_by_its_quarters(published: Home) -> None:
    explained = explain(published, asked("figures", "2024", "clients_started", {"trajectory": "non_ips"}))
    assert isinstance(explained, FigureExplained)
    assert sum(row["value"] or 0 for row in explained.trajectories) == explained.figure["value"]
    assert sum(row["value"] or 0 for row in explained.quarters) == explained.figure["value"]
    assert [row["quarter"] for row in explained.quarters] == ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]


def test_the_command_takes_a_key_as_it_stands_in_the_mart(published: Home) -> None:
    change = keys(published, "changes", "change_key", "level = 'region' and status = 'known' and pairs > 0")[0]
    explained = json.loads(werkmonitor_here(published, "explain", change, "--json"))
    assert explained["change"]["change_key"] == change
    assert explained["equal"]
    output = werkmonitor_here(published, "explain", change)
    assert "bekend in beide perioden" in output
    for key in (explained["figure_key"], explained["compared_figure_key"]):
        assert key in output
        assert "Waaruit het bestaat" in werkmonitor_here(published, "explain", key)


def test_a_change_without_a_comparison_is_with_the_period_before(published: Home) -> None:
    explained = explain(published, asked("changes", "2024", "clients_active", {}))
    assert isinstance(explained, ChangeExplained)
    assert explained.change["comparison"] == "previous_year"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("figures", "2024"), "Noem achter figures ook de periode en de maat"),
        (("figure", "2024", "clients_active"), "Bedoelde u figures"),
        (("figures", "2024", "clients_actve"), "Er is geen maat clients_actve. Bedoelde u clients_active"),
        (("figures", "2024Q1", "clients_active"), "schrijf een kwartaal als 2025-Q1"),
        (("figures", "2031", "clients_active"), "over 2031 is niets gepubliceerd; wel over"),
        (
            ("figures", "2024", "clients_active", "--region", "achterhok"),
            "Er is geen regio achterhok. Bedoelde u achterhoek",
        ),
        (("figures", "2024", "clients_active", "--trajectory", "ipss"), "Er is geen traject ipss. Bedoelde u ips"),
        (
            ("figures", "2024", "clients_active", "--organisation", "org_0O1"),
            "Er is geen organisatie org_0O1. Bedoelde u",
        ),
        (("figures", "2024", "clients_active", "--category", "uwv"), "horen bij elkaar"),
        (
            ("figures", "2024", "clients_active", "--breakdown", "fundin", "--category", "uwv"),
            "Er is geen verdeling fundin van clients_active. Bedoelde u funding",
        ),
        (
            ("figures", "2024", "clients_active", "--breakdown", "funding", "--category", "uvw"),
            "Er is geen categorie uvw van clients_active. Bedoelde u uwv",
        ),
        (("figures", "2024", "clients_active", "--comparison", "previous_year"), "vraag --comparison van changes"),
        (
            ("changes", "2024", "clients_active", "--comparison", "previous_quarter"),
            "2024 wordt vergeleken met previous_year",
        ),
        (("changes", "2024", "clients_active", "--comparison", "last_year"), "Er is geen vergelijking last_year"),
        (("2024/national/-/-/all/clients_active",), "is geen sleutel van figures of changes"),
        (("2024/national/-/-/all/clients_active/-/-", "2024", "clients_active"), "Bij een sleutel hoort niets meer"),
        (("national_annual", "2024", "clients_active", "--category", "uwv"), "national_annual kent geen --category"),
    ],
    ids=lambda value: None if isinstance(value, str) else " ".join(value),
)
def test_what_is_mistyped_gets_the_nearest(published: Home, typed: tuple[str, ...], says: str) -> None:
    output = werkmonitor_here(published, "explain", *typed, expect=2)
    assert says in output
    assert "Traceback" not in output


def test_a_figure_that_is_not_in_a_period_names_those_in_which_it_is(published: Home) -> None:
    with duckdb.connect(str(published.published), read_only=True) as connection:
        query = """
            select organisation_id, min(period) as first from marts.figures
            where level = 'organisation' and region_code is null and trajectory = 'all' and period like '%Q%'
            group by all having first > (select min(period) from marts.figures where period like '%Q%')
        """
        organisation, first = connection.execute(query).fetchall()[0]
    asked_for = ("figures", "2022-Q4", "clients_active", "--organisation", organisation)
    assert f"Wel over: {first[:4]}" in werkmonitor_here(published, "explain", *asked_for, expect=2)


def test_a_key_with_too_little_in_it_is_refused() -> None:
    with pytest.raises(CannotExplain, match="sleutel"):
        key_of("2024/national")
