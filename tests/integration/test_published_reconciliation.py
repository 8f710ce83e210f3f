"""The published figures beside the computed ones: on the sample, and on a home that holds next to nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.home.paths import REPOSITORY, Home
from orchestration.publishing import published_file
from orchestration.reporting import reconciliation
from orchestration.reporting.lists.indicator_pages import COVERAGE
from orchestration.reporting.reconciliation import Figure
from tests.support.commands import werkmonitor_here as werkmonitor
from tests.support.oracle import Delivery
from tests.support.sample import read_sample
from tests.support.warehouse import build_marts, read_mart

MARTS = ("trajectory_quarterly", "trajectory_annual", "region_annual", "national_annual")
LEVELS = ("trajectory", "region", "national")
PERIODS = ("quarterly", "half_yearly", "annual")
DOCUMENTING = (
    *(f"{level}_{period}" for level in LEVELS for period in PERIODS),
    *(f"breakdown_{period}{twin}" for period in PERIODS for twin in ("", "_national")),
    "changes",
    "region_overview_annual",
    "region_rankings_annual",
    "signals",
)
DOCUMENTED = yaml.safe_load(COVERAGE.read_text(encoding="utf-8"))
VERDICTS = {"exact", "rounding", "other_base", "inconsistent_in_source", "differs", "not_computable"}


def publish(home: Home, deliveries: list[Delivery]) -> None:
    """Build what the reconciliation rests on, without the tests of the models, and publish it."""
    select = [f"+{mart}" for mart in ("published_reconciliation", *DOCUMENTING)]
    build_marts(home, deliveries, select=select, exclude=["resource_type:test"])
    published_file.stage(home)
    published_file.approve(home)
    published_file.release(home)


@pytest.fixture(scope="module")
def sample(shared_home: Home) -> Home:
    publish(shared_home, read_sample())
    return shared_home


@pytest.fixture(scope="module")
def figures(sample: Home) -> list[Figure]:
    return reconciliation.read(sample)


def test_every_published_figure_has_one_verdict_and_an_explanation(figures: list[Figure]) -> None:
    assert len({figure["figure_id"] for figure in figures}) == len(figures) == 926
    for figure in figures:
        assert figure["verdict"] in VERDICTS
        for explanation in (figure["explanation_nl"], figure["explanation_en"]):
            assert explanation and "{" not in explanation and "()" not in explanation, figure["figure_id"]


def test_every_figure_of_tabel_3_1_is_exact_save_the_one_that_contradicts_its_own_row(figures: list[Figure]) -> None:
    table = [figure for figure in figures if figure["locator"] == "Tabel 3.1"]
    assert len(table) == 35 * 11
    others = [figure for figure in table if figure["verdict"] != "exact"]
    assert [(figure["region_code"], figure["period"], figure["verdict"]) for figure in others] == [
        ("drechtsteden", "2024", "inconsistent_in_source")
    ]
    assert all(figure["computed_value"] is None for figure in table if figure["published_value"] is None)


def test_every_level_of_2025_q1_is_exact_or_contradicted_or_not_in_the_monitor(figures: list[Figure]) -> None:
    stated = [figure for figure in figures if figure["period"] == "2025-Q1" and figure["derived"] == "stated"]
    levels = [figure for figure in stated if not figure["measure"].startswith("change")]
    assert len(levels) > 100
    others = {figure["figure_id"]: figure for figure in levels if figure["verdict"] != "exact"}
    reasons = Counter(figure["reason"] for figure in others.values())
    assert reasons.keys() == {"contradicted", "not_registered"}
    # the monitor does not ask under which scheme somebody starts, nor who offers what they do not deliver
    assert {f["measure"] for f in others.values() if f["reason"] == "not_registered"} == {
        "clients_started",
        "organisations_offering",
    }
    assert {f["measure"] for f in others.values() if f["reason"] == "contradicted"} == {
        "durable_paid_work",
        "pct_durable_paid_work",
    }


@pytest.mark.parametrize("item", DOCUMENTED, ids=lambda item: f"{item['document']}, {item['item']}")
def test_every_figure_and_table_of_the_documents_has_a_query_that_gives_numbers(
    item: dict[str, str], sample: Home
) -> None:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        rows = connection.execute(item["query"]).fetchall()
    assert any(isinstance(value, int | float) for row in rows for value in row)


def test_what_the_interpretation_meetings_saw_by_hand_is_among_the_signals(sample: Home) -> None:
    """The report of 2026: fewer clients through UWV, CMD catches up. (Unpaid work fell in 2025-Q1.)"""
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        query = """
            select category, sign(like_for_like_change) from marts.signals
            where period = '2025-Q1' and level = 'national' and trajectory = 'ips' and measure = 'clients_active'
                and reading = 'nieuws' and run_quarters >= 3
        """
        found = connection.execute(query).fetchall()
    assert {("uwv", -1), ("municipality", 1), ("cmd_2y", 1)} <= set(found)


def test_the_top_ten_of_a_quarter_is_one_query(sample: Home) -> None:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        query = "select reading, score from marts.signals where period = '2025-Q1' order by score desc limit 10"
        found = connection.execute(query).fetchall()
    assert [reading for reading, _ in found] == ["nieuws"] * 10
    assert len({score for _, score in found}) > 5


def test_what_differs_says_what_it_rests_on(figures: list[Figure]) -> None:
    reasons = Counter(figure["reason"] for figure in figures if figure["verdict"] == "differs")
    assert reasons.keys() == {"rests_on_contradiction", "counts_not_printed"}
    assert all(f["contradictions"] for f in figures if f["reason"] == "rests_on_contradiction")


def test_what_the_method_cannot_agree_with_is_named(figures: list[Figure]) -> None:
    """The examples of METHOD, what the published figures cannot agree on."""
    found = {figure["figure_id"]: figure for figure in figures}
    named = {
        "annual_2024-026": "started_2023_parts",
        "annual_2024-106": "with_result_2024",
        "quarterly_2025q1-012": "durable_share_2025_q1",
        "quarterly_2022q4-026": "ended_2022_q4",
        "infographic_2024-039": "ranking_with_result_2024",
        "annual_2024-183": "regions_above_half",
    }
    for figure_id, contradiction in named.items():
        assert contradiction in found[figure_id]["contradictions"].split()
    municipal = found["annual_2024-053"]
    assert (municipal["published_value"], municipal["verdict"]) == (43.7, "other_base")
    assert municipal["computed_as_printed"] == 77.7


@pytest.mark.parametrize("mart", MARTS)
def test_what_is_laid_beside_a_figure_is_what_the_marts_hold(mart: str, sample: Home) -> None:
    """A group of trajectories is added up anew; of one trajectory, and of all, the marts must hold the same."""
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        measured = connection.execute("""
            select period, region_code, scope, measure, value
            from intermediate.int_scopes_measured where level in ('national', 'region')
        """).fetchall()
    values = {tuple(key): value for *key, value in measured}
    compared = 0
    for row in read_mart(sample.warehouse, mart):
        for measure, value in row.items():
            key = (row["period"], row.get("region_code"), row.get("trajectory", "all"), measure)
            if key in values:
                assert values[key] == pytest.approx(value, rel=1e-9), (mart, *key)
                compared += 1
    assert compared > 30


def test_the_page_in_the_docs_is_the_one_that_the_sample_gives(sample: Home, tmp_path: Path) -> None:
    page = tmp_path / "reconciliation.md"
    werkmonitor(sample, "reconcile", "--markdown", str(page))
    committed = (REPOSITORY / "docs" / "reconciliation.md").read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8") == committed, "make reconciliation writes it anew"


def test_the_command_shows_the_summary_and_what_is_not_equal(sample: Home, figures: list[Figure]) -> None:
    output = werkmonitor(sample, "reconcile")
    assert "Gepubliceerde cijfers, per oordeel" in output
    assert "tegenspraak in de bron" in output
    exact = sum(figure["verdict"] == "exact" for figure in figures)
    assert f"{exact} gelijke cijfers niet getoond" in output


def test_a_document_and_a_verdict_can_be_asked_for(sample: Home) -> None:
    output = werkmonitor(sample, "reconcile", "--source", "quarterly_2022q4", "--verdict", "exact")
    assert "1.549" in output
    assert "jaarrapport" not in output and "wijkt af  " not in output.split("kwartaalrapport 2022-Q4", 2)[2]
    assert "kies uit" in werkmonitor(sample, "reconcile", "--verdict", "goed", expect=2)


def test_without_a_publication_it_says_what_to_do(home: Home) -> None:
    assert "werkmonitor run" in werkmonitor(home, "reconcile", expect=1)


def test_on_a_home_with_few_deliveries_every_figure_still_has_a_verdict_that_says_why(sample: Home) -> None:
    few = [one for one in read_sample() if one.organisation_id == "org_001" and one.quarter >= "2024-Q4"]
    publish(sample, few)
    verdicts = {figure["figure_id"]: figure for figure in reconciliation.read(sample)}
    assert len(verdicts) == 926
    reasons = Counter(figure["reason"] for figure in verdicts.values())
    assert reasons["no_deliveries"] > 300 and reasons["period_incomplete"] > 100
    assert all("{" not in figure["explanation_nl"] for figure in verdicts.values())
    total = verdicts["quarterly_2025q1-001"]
    assert (total["verdict"], total["reason"]) == ("differs", "unexplained")
    assert total["computed_value"] < total["published_value"]
