"""What may go out: only what no accepted delivery can cause stops a publication."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.quality import outgoing

MARTS = """
    create schema marts;
    create table marts.national_quarterly as
        select '2024-Q1' as period, 40::bigint as clients_active, 30.0::double as pct_paid_work;
    create table marts.organisation_quarterly as
        select '2024-Q1' as period, 'org_001' as organisation_id, 40::bigint as clients_active;
    create table marts.published_state as select 1::bigint as deliveries_in_force;
"""
NOTHING_PUBLISHED = Path("there/is/none.duckdb")


def candidate(tmp_path: Path, *changes: str, name: str = "candidate.duckdb") -> Path:
    path = tmp_path / name
    with duckdb.connect(str(path)) as connection:
        for statement in (MARTS, *changes):
            connection.execute(statement)
    return path


def test_a_sound_candidate_passes_without_remarks(tmp_path: Path) -> None:
    assert outgoing.judge(candidate(tmp_path), NOTHING_PUBLISHED) == outgoing.Verdict((), ())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("update marts.national_quarterly set clients_active = -1", "negatief of oneindig aantal"),
        ("update marts.national_quarterly set pct_paid_work = 'inf'", "negatief of oneindig percentage"),
        ("update marts.national_quarterly set pct_paid_work = -0.1", "negatief of oneindig percentage"),
        ("delete from marts.national_quarterly", "de tabel is leeg"),
    ],
)
def test_an_impossible_candidate_is_stopped_and_says_where(tmp_path: Path, change: str, problem: str) -> None:
    verdict = outgoing.judge(candidate(tmp_path, change), NOTHING_PUBLISHED)
    assert not verdict.passed
    assert any(problem in text and "national_quarterly" in text for text in verdict.problems)


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        ("update marts.national_quarterly set pct_paid_work = 100.1", "percentage boven 100"),
        ("update marts.national_quarterly set clients_active = 1000001", "onwaarschijnlijk hoog aantal"),
    ],
)
def test_an_odd_number_is_remarked_on_and_goes_out(tmp_path: Path, change: str, remark: str) -> None:
    verdict = outgoing.judge(candidate(tmp_path, change), NOTHING_PUBLISHED)
    assert verdict.passed
    assert any(remark in text for text in verdict.remarks)


def test_a_change_may_be_negative_but_not_infinite(tmp_path: Path) -> None:
    fall = "alter table marts.national_quarterly add column change_pct_of_previous double default -62.5"
    endless = "update marts.national_quarterly set change_pct_of_previous = '-inf'"
    assert outgoing.judge(candidate(tmp_path, fall), NOTHING_PUBLISHED) == outgoing.Verdict((), ())
    verdict = outgoing.judge(candidate(tmp_path, fall, endless, name="endless.duckdb"), NOTHING_PUBLISHED)
    assert verdict.problems == ("oneindige verandering: national_quarterly 2024-Q1 change_pct_of_previous",)


def test_an_unknown_number_is_no_problem(tmp_path: Path) -> None:
    change = "update marts.national_quarterly set pct_paid_work = null"
    assert outgoing.judge(candidate(tmp_path, change), NOTHING_PUBLISHED) == outgoing.Verdict((), ())


def test_a_first_quarter_goes_out_with_nothing_to_compare_it_with_and_a_fall_is_no_impossible_number(
    tmp_path: Path,
) -> None:
    changes = (
        "create table marts.changes as select '2024-Q1' as period, -5::double as change limit 0",
        "create table marts.method_sensitivity_quarterly as select '2024-Q1' as period, -5::bigint as started_signed",
    )
    first = candidate(tmp_path, *changes)
    later = candidate(tmp_path, *changes, "insert into marts.changes values ('2024-Q1', -5)", name="later.duckdb")
    for path in (first, later):
        assert outgoing.judge(path, NOTHING_PUBLISHED) == outgoing.Verdict((), ())


def test_a_home_whose_deliveries_hold_no_cells_publishes_empty_marts(tmp_path: Path) -> None:
    changes = ("delete from marts.national_quarterly", "delete from marts.organisation_quarterly")
    assert outgoing.judge(candidate(tmp_path, *changes), NOTHING_PUBLISHED).passed


def test_a_quarter_that_was_published_and_is_gone_is_remarked_on(tmp_path: Path) -> None:
    published = candidate(tmp_path, "update marts.national_quarterly set period = '2023-Q4'", name="published.duckdb")
    verdict = outgoing.judge(candidate(tmp_path), published)
    assert any("verdwenen: 2023-Q4" in remark for remark in verdict.remarks)


def test_a_check_that_crashes_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "failing_places", lambda frame, expectations: {})
    with pytest.raises(outgoing.CheckCrashed):
        outgoing.judge(candidate(tmp_path), NOTHING_PUBLISHED)
