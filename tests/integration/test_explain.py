"""`werkmonitor explain` gives every number of the marts back, from the parts and the formula alone."""

from __future__ import annotations

import json
import random
import time

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.publishing import published_file
from orchestration.reporting.explaining import wide_marts
from orchestration.reporting.explaining.asked import CannotExplain
from orchestration.reporting.explaining.explain import explain
from orchestration.reporting.explaining.wide_marts import KEYS, MARTS, Explanation, Question, explain_from
from tests.support.commands import werkmonitor_here
from tests.support.random_deliveries import random_deliveries, random_organisations
from tests.support.warehouse import build_marts

CELLS = 1_000


@pytest.fixture(scope="module")
def published(shared_home: Home) -> Home:
    organisations = random_organisations(11, 8)
    build_marts(shared_home, random_deliveries(11, organisations), organisations)
    published_file.stage(shared_home)
    published_file.approve(shared_home)
    published_file.release(shared_home)
    return shared_home


def every_cell(home: Home) -> list[Question]:
    """A question for each measure of each row of each mart that can be explained."""
    with duckdb.connect(str(home.published), read_only=True) as connection:
        measures = [name for (name,) in connection.execute("select measure from marts.dim_indicators").fetchall()]
        questions = []
        for mart, (level, _) in MARTS.items():
            rows = connection.sql(f"from marts.{mart} order by all")
            columns = [column for column in rows.columns if column in measures]
            keys = ["period", *KEYS[level]]
            for period, *values in rows.select(*keys).fetchall():
                row = dict(zip(keys[1:], values, strict=True))
                questions += [Question(mart, period, column, row) for column in columns]
    return questions


def cell(home: Home, question: Question) -> Explanation:
    explanation = explain(home, question)
    assert isinstance(explanation, Explanation)
    return explanation


def test_a_thousand_cells_picked_at_random_are_reproduced_exactly(published: Home) -> None:
    questions = random.Random(1).sample(every_cell(published), CELLS)
    begun = time.perf_counter()
    with duckdb.connect(str(published.published), read_only=True) as connection:
        explanations = [explain_from(connection, question) for question in questions]
    seconds = time.perf_counter() - begun
    assert [one.question for one in explanations if not one.equal] == []
    assert sum(one.value is None for one in explanations) < CELLS / 2
    assert seconds / CELLS < 1


def test_every_measure_of_the_marts_is_an_indicator_and_every_indicator_a_measure(published: Home) -> None:
    with duckdb.connect(str(published.published), read_only=True) as connection:
        query = "select measure from marts.dim_indicators where in_wide_marts"
        indicators = {name for (name,) in connection.execute(query).fetchall()}
        columns = {column for mart in MARTS for column in connection.table(f"marts.{mart}").columns}
    of_the_period = {"period", "period_start", "quarters", "expected_organisations", "period_status", "year_status"}
    assert columns - of_the_period - {"region_name", "trajectory_name"} - {*KEYS["organisation"]} == indicators


def test_the_terms_of_the_stock_flow_formula_add_up_to_the_number(published: Home) -> None:
    stocks = [question for question in every_cell(published) if question.mart == "trajectory_annual"]
    explained = [cell(published, question) for question in stocks if question.measure == "clients_active"]
    assert explained
    assert [one.value for one in explained] == [sum(term["value"] or 0 for term in one.terms) for one in explained]


def test_the_inflow_of_a_quarter_is_told_down_to_what_it_is_derived_from(published: Home) -> None:
    rows = [question for question in every_cell(published) if question.mart == "organisation_quarterly"]
    explained = [cell(published, question) for question in rows if question.measure == "clients_started"][:200]
    known = [one for one in explained if one.value is not None]
    assert len(known) > 20
    for one in known:  # a row is one part
        active, preceding, ended = (term["value"] for term in one.terms)
        assert one.value == max(0, active - (preceding - ended))


def test_the_organisations_together_make_the_number(published: Home) -> None:
    question = Question("trajectory_quarterly", "2024-Q1", "clients_active", {"trajectory": "ips"})
    explanation = cell(published, question)
    assert sum(row["value"] for row in explanation.organisations) == explanation.value
    assert all("2024-Q1 v1" in row["versions"] for row in explanation.organisations)


def test_a_formula_that_gives_another_number_is_called_an_error(
    published: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wide_marts._Explainer, "_expression", lambda *_: "cast(sum(clients_ended) as bigint)")
    assert not explain(published, Question("national_quarterly", "2024-Q1", "clients_active")).equal


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Question("region_monthly", "2024-Q1", "clients_active"), "region_annual"),
        (Question("national_quarterly", "2024-Q1", "client_active"), "clients_active"),
        (Question("trajectory_quarterly", "2024-Q1", "paid_work_all_trajectories", {"trajectory": "ips"}), "Kies uit"),
        (Question("region_quarterly", "2024-Q1", "clients_active", {"trajectory": "ips"}), "region_code, trajectory"),
        (Question("national_quarterly", "1999-Q1", "clients_active"), "geen rij"),
    ],
)
def test_a_question_about_nothing_says_what_can_be_asked(published: Home, question: Question, says: str) -> None:
    with pytest.raises(CannotExplain, match=says):
        explain(published, question)


def test_the_command_explains_in_dutch_and_as_json(published: Home) -> None:
    asked = ("explain", "trajectory_annual", "2024", "pct_ended_with_result", "--trajectory", "ips")
    assert "gelijk aan de tabel" in werkmonitor_here(published, *asked)
    explanation = json.loads(werkmonitor_here(published, *asked, "--json"))
    assert explanation["equal"]
    assert [term["name"] for term in explanation["terms"]] == ["ended_with_result", "clients_ended"]


def test_before_anything_is_published_the_command_says_what_to_do(home: Home) -> None:
    output = werkmonitor_here(home, "explain", "national_annual", "2024", "clients_active", expect=2)
    assert "werkmonitor run" in output


TYPED = [
    (("region_quartely", "2024-Q1", "clients_active"), "Bedoelde u region_quarterly"),
    (("national_quarterly", "2024-Q1", "client_active"), "Bedoelde u clients_active"),
    (("national_quarterly", "2024Q1", "clients_active"), "schrijf een kwartaal als 2025-Q1. Bedoelde u 2024-Q1"),
    (("national_quarterly", "2024", "clients_active"), "schrijf een kwartaal als 2025-Q1"),
    (("national_annual", "2024-Q1", "clients_active"), "schrijf een jaar als 2024"),
    (("national_annual", "2031", "clients_active"), "over 2031 is niets gepubliceerd; wel over"),
    (
        ("trajectory_quarterly", "2024-Q1", "clients_active", "--trajectory", "isp"),
        "Er is geen traject isp. Bedoelde u ips",
    ),
    (
        ("trajectory_quarterly", "2024-Q1", "clients_active", "--trajectory", "IPS"),
        "Er is geen traject IPS. Bedoelde u ips",
    ),
    (
        ("region_annual", "2024", "clients_active", "--trajectory", "ips", "--region", "achterhok"),
        "Er is geen regio achterhok. Bedoelde u achterhoek",
    ),
    (
        (
            *("organisation_quarterly", "2024-Q1", "clients_active", "--trajectory", "ips"),
            *("--region", "achterhoek", "--organisation", "org_0O1"),
        ),
        "Er is geen organisatie org_0O1. Bedoelde u org_001",
    ),
    (("organisation_quarterly", "2024-Q1", "organisations"), "heeft geen maat organisations"),
    (("region_annual", "2024", "clients_active", "--trajectory", "ips"), "(--region, --trajectory)"),
]


@pytest.mark.parametrize(
    ("typed", "says"), TYPED, ids=lambda value: None if isinstance(value, str) else " ".join(value)
)
def test_what_is_mistyped_gets_the_nearest_and_is_never_told_as_nothing_delivered(
    published: Home, typed: tuple[str, ...], says: str
) -> None:
    output = werkmonitor_here(published, "explain", *typed, expect=2)
    assert says in output
    assert "niemand leverde" not in output and "Traceback" not in output


def test_a_region_of_the_list_that_nobody_delivered_on_is_told_as_that(published: Home) -> None:
    with duckdb.connect(str(published.published), read_only=True) as connection:
        query = (
            "select distinct region_code from marts.region_quarterly where trajectory = 'ips' and period = '2024-Q1'"
        )
        delivered = {code for (code,) in connection.execute(query).fetchall()}
    free = sorted({line["region_code"] for line in reference_list(published, "regions")} - delivered)[0]
    asked = ("explain", "region_quarterly", "2024-Q1", "clients_active", "--region", free, "--trajectory", "ips")
    assert "niemand leverde daar iets over" in werkmonitor_here(published, *asked, expect=2)
