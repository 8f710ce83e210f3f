"""The published figures beside the computed ones: on the sample, and on a home that holds next to nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.home.paths import REPOSITORY, Home
from orchestration.publishing import published_file
from orchestration.reporting import reconciliation
from orchestration.reporting.lists.indicator_pages import COVERAGE
from orchestration.reporting.reconciliation import Figure
from reconstruction.wishes import OUT_OF_REACH
from tests.support.answered import Item, answer, not_answered, printed_by
from tests.support.commands import werkmonitor_here as werkmonitor
from tests.support.oracle import Delivery
from tests.support.sample import read_sample
from tests.support.warehouse import build_marts

DOCUMENTED = yaml.safe_load(COVERAGE.read_text(encoding="utf-8"))
ANSWERED = [item for item in DOCUMENTED if "query" in item]
PUBLISHED = ("published_reconciliation", "published_contradictions", "published_claims")
VERDICTS = {"exact", "rounding", "other_base", "inconsistent_in_source", "differs", "not_computable"}


def publish(home: Home, deliveries: list[Delivery]) -> None:
    """Build what the reconciliation rests on, without the tests of the models, and publish it."""
    select = [f"+{mart}" for mart in (*PUBLISHED, "figures", "changes", "signals")]
    build_marts(home, deliveries, select=select, exclude=["resource_type:test"])
    published_file.stage(home)
    published_file.approve(home)
    published_file.release(home)


@pytest.fixture(scope="module")
def sample(shared_home: Home) -> Home:
    publish(shared_home, read_sample())
    return shared_home


@pytest.fixture(scope="module")
def marts(sample: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        yield connection


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
    levels = [figure for figure in stated if not figure["printed_measure"].startswith("change")]
    assert len(levels) > 100
    others = {figure["figure_id"]: figure for figure in levels if figure["verdict"] != "exact"}
    reasons = Counter(figure["reason"] for figure in others.values())
    assert reasons.keys() == {"contradicted", "not_registered"}
    # the monitor does not ask under which scheme somebody starts, nor who offers what they do not deliver
    assert {f["printed_measure"] for f in others.values() if f["reason"] == "not_registered"} == {
        "clients_started",
        "organisations_offering",
    }
    assert {f["measure"] for f in others.values() if f["reason"] == "contradicted"} == {
        "durable_paid_work",
        "pct_durable_paid_work",
    }


@pytest.mark.parametrize("item", ANSWERED, ids=lambda item: f"{item['document']}, {item['item']}")
def test_every_sentence_figure_and_table_is_one_select_that_gives_what_is_printed(
    item: Item, figures: list[Figure], marts: duckdb.DuckDBPyConnection
) -> None:
    assert not_answered(item, figures, marts) == []
    if len(marts.execute(item["query"]).fetchall()) > 1:
        assert "order by" in item["query"]


def test_every_printed_figure_is_in_an_item_and_what_cannot_be_answered_says_why(figures: list[Figure]) -> None:
    printed = {figure["figure_id"] for item in DOCUMENTED for figure in printed_by(item, figures)}
    assert printed == {figure["figure_id"] for figure in figures}
    assert len({(item["document"], item["item"]) for item in DOCUMENTED}) == len(DOCUMENTED)
    unanswered = [item for item in DOCUMENTED if item not in ANSWERED]
    assert len(unanswered) == 8 and all(item["why_not"] for item in unanswered)
    of_these = [figure for item in unanswered for figure in printed_by(item, figures)]
    assert {figure["reason"] for figure in of_these} == {"not_registered"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("period = '2024'", "period = '2023'"),
        ("trajectory = 'all'", "trajectory = 'ips'"),
        ("select compared_value, value, change,", "select value, change,"),
        ("change_pct_of_previous, ", ""),
        ("'clients_active'", "'clients_started'"),
    ],
)
def test_a_query_that_gives_something_else_is_no_answer(
    right: str, wrong: str, figures: list[Figure], marts: duckdb.DuckDBPyConnection
) -> None:
    item = ANSWERED[0]
    assert right in item["query"]
    assert not_answered(item | {"query": item["query"].replace(right, wrong)}, figures, marts)


@pytest.mark.parametrize(
    "query",
    [
        "select 100 * value from marts.figures where true",
        "select value from marts.figures join marts.dim_region using (region_code) where true",
        "select value from marts.region_annual where true",
        "select value from marts.figures",
    ],
)
def test_only_one_select_with_a_where_is_an_answer(query: str, marts: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(AssertionError):
        answer(query, marts)


def test_what_the_interpretation_meetings_saw_by_hand_is_among_the_signals(sample: Home) -> None:
    """The report of 2026: fewer clients through UWV; of those in work CMD catches up, EPA falls behind."""
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
    assert reasons.keys() == {"rests_on_contradiction"}
    assert all(figure["contradictions"] for figure in figures if figure["verdict"] == "differs")


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


def test_what_is_computed_is_a_row_of_the_marts_or_made_of_several(figures: list[Figure]) -> None:
    """That the row has the value, a test of the model holds (`reconciled_with_the_marts`); here, what has none."""
    computed = [one for one in figures if one["computed_value"] is not None and one["unit"] != "rank"]
    assert sum(one["figure_key"] is not None or one["change_key"] is not None for one in computed) > 800
    of_several = [one for one in computed if one["figure_key"] is None and one["change_key"] is None]
    assert {one["printed_measure"] for one in of_several if one["made_of"] is None} == {
        "regions_total",
        "regions_in_report",
        "regions_more_with_than_without_result",
        "clients_active",  # of the smallest regions
    }
    assert all(" " in one["made_of"] for one in of_several if one["made_of"] is not None)


def test_the_headline_has_the_name_of_the_marts(figures: list[Figure]) -> None:
    of_all = [one for one in figures if one["trajectory"] == "all" and one["period"] == "2025-Q1"]
    named = {one["measure"] for one in of_all if one["printed_measure"] in ("paid_work", "ever_paid_work")}
    assert named == {"paid_work_all_trajectories", "ever_paid_work_all_trajectories"}


def test_who_is_still_in_orientation_has_no_share(figures: list[Figure]) -> None:
    (found,) = [one for one in figures if one["figure_id"] == "quarterly_2022q4-028"]
    assert (found["computed_value"], found["verdict"], found["reason"]) == (None, "not_computable", "no_share")
    assert found["contradictions"] == "ended_2022_q4"


def test_every_claim_has_a_verdict_by_the_numbers_that_it_names(sample: Home) -> None:
    claims = {claim["claim_id"]: claim for claim in reconciliation.read_claims(sample)}
    assert {claim["verdict"] for claim in claims.values()} == set(reconciliation.CLAIM_VERDICTS)
    for claim in claims.values():
        assert "{" not in claim["explanation_nl"] + claim["explanation_en"]
        assert (claim["numbers_nl"] is None) == (claim["keys"] is None or claim["reason"] == "claim_unknown")
    judged = {
        "annual_2024-22": ("majority", "holds"),
        "annual_2024-46": ("fell", "does_not_hold"),  # another sentence of the report says that it rose
        "annual_2024-39": ("rose", "holds_not_like_for_like"),  # two quarters of 2023 against four of 2024
        "quarterly_2025q1-19": ("fell", "holds_not_like_for_like"),
        "quarterly_2022q4-04": ("rose", "not_computable"),
        "interpretation_2026-05": ("about_equal", "not_computable"),  # one quarter of 2025
    }
    assert {name: (claims[name]["predicate"], claims[name]["verdict"]) for name in judged} == judged
    assert "225 → 149 (bij dezelfde leveranciers +18)" in claims["quarterly_2025q1-19"]["numbers_nl"]


def test_a_claim_is_false_on_the_sample_only_where_the_reconstruction_says_why(sample: Home) -> None:
    false = {one["claim_id"] for one in reconciliation.read_claims(sample) if one["verdict"] == "does_not_hold"}
    assert false == set(OUT_OF_REACH)
    told = (REPOSITORY / "docs" / "reconstruction.md").read_text(encoding="utf-8")
    assert [name for name, why in OUT_OF_REACH.items() if f"| `{name}` |" not in told or why not in told] == []


def test_a_claim_that_holds_is_what_figures_and_changes_say(sample: Home, marts: duckdb.DuckDBPyConnection) -> None:
    """The plainest two predicates, by a query of a reader."""
    keys = {"rose": [], "fell": []}  # type: dict[str, list[str]]
    for claim in reconciliation.read_claims(sample):
        if claim["predicate"] in keys and claim["verdict"] == "holds":
            keys[claim["predicate"]] += claim["keys"].replace(" ; ", " ").split()
    for predicate, sign in (("rose", 1), ("fell", -1)):
        query = "select count(*), min(sign(change)), max(sign(change)) from marts.changes where change_key in ?"
        found = marts.execute(query, [keys[predicate]]).fetchall()
        assert found == [(len(set(keys[predicate])), sign, sign)]


def test_the_contradictions_are_named_where_explanations_rest_on_them(sample: Home, figures: list[Figure]) -> None:
    contradictions = {one["contradiction_id"]: one for one in reconciliation.read_contradictions(sample)}
    assert len(contradictions) == 21
    resting = [figure for figure in figures if figure["reason"] == "rests_on_contradiction"]
    for figure in resting:
        for code in figure["contradictions"].split():
            assert f'"{contradictions[code]["name_nl"]}"' in figure["explanation_nl"]
            assert code not in figure["explanation_nl"]
    shown = contradictions["with_result_2024"]
    assert "1.537 (berekend 1.573)" in shown["computed_nl"] and "jaarrapport 2024, 1.4" in shown["places"]


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
    assert "Uitspraken zonder getal (89)" in output


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
    claims = reconciliation.read_claims(sample)
    assert len(claims) == 89 and "{" not in "".join(claim["explanation_nl"] for claim in claims)
    assert Counter(claim["verdict"] for claim in claims)["not_computable"] > 40
