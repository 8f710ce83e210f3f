"""The oracle's breakdowns, changes, regions and sensitivity against cases worked out by hand."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from tests.support.blocks import Work, block, sent, the_year
from tests.support.oracle import (
    HEADLINES,
    Book,
    CellKey,
    Delivered,
    Delivery,
    load_reference,
    marts_of,
    zero_if_unknown,
)
from tests.support.oracle_changes import COMPARISONS
from tests.support.oracle_regions import region_rankings_annual
from tests.support.oracle_reports import report_marts
from tests.support.random_deliveries import random_deliveries, random_organisations, standard_reference

LATER = date(2030, 1, 1)
Marts = dict[str, list[dict[str, Any]]]


def reported(*deliveries: Delivery) -> Marts:
    """The marts of these deliveries, those of the contract and those of the reports."""
    book = Book(Delivered(deliveries, standard_reference()), LATER)
    published = marts_of(book)
    return published | report_marts(book, published)


def rows(found: Marts, mart: str, **codes: object) -> list[dict[str, Any]]:
    """The rows of a mart with these codes."""
    return [row for row in found[mart] if all(row[name] == code for name, code in codes.items())]


def row(found: Marts, mart: str, **codes: object) -> dict[str, Any]:
    """The one row of a mart with these codes."""
    (only,) = rows(found, mart, **codes)
    return only


def cells(measure: str, breakdown: str, region: str = "achterhoek", **categories: int) -> dict[CellKey, int]:
    """Cells of one measure and breakdown of ips."""
    return {(region, "ips", measure, breakdown, name): value for name, value in categories.items()}


# Breakdowns --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def a_year_by_funding() -> Marts:
    """The worked example, its clients by two fundings."""
    before, *year = sent("2023-Q4", block(38)), *the_year()
    fundings = [(30, 10), (22, 22), (50, 0)]
    return reported(
        before,
        *(
            Delivery("org_001", one.quarter, one.cells | cells("clients", "funding", uwv=uwv, municipality=rest))
            for one, (uwv, rest) in zip(year, fundings, strict=True)
        ),
    )


@pytest.mark.parametrize("mart", ["breakdown_quarterly", "breakdown_quarterly_national"])
def test_a_quarter_by_funding(a_year_by_funding: Marts, mart: str) -> None:
    there = rows(a_year_by_funding, mart, period="2024-Q1", measure="clients", breakdown="funding")
    assert {
        one["category"]: (one["clients"], one["known_total"], one["pct_of_known"], one["is_estimate"]) for one in there
    } == {
        "uwv": (30, 40, 75.0, False),
        "municipality": (10, 40, 25.0, False),
        "other": (0, 40, 0.0, False),
    }


@pytest.mark.parametrize("mart", ["breakdown_annual", "breakdown_annual_national"])
def test_the_clients_of_a_year_are_shared_out_by_funding(a_year_by_funding: Marts, mart: str) -> None:
    """71 clients; over the quarters 102 of 134 by the UWV."""
    there = rows(a_year_by_funding, mart, period="2024", measure="clients", breakdown="funding")
    found = {one["category"]: one for one in there}
    assert set(found) == {"uwv", "municipality", "other"}
    assert found["uwv"]["clients"] == pytest.approx(71 * 102 / 134, rel=1e-15)
    assert found["municipality"]["clients"] == pytest.approx(71 * 32 / 134, rel=1e-15)
    assert found["other"]["clients"] == 0.0
    assert all(one["known_total"] == pytest.approx(71) and one["is_estimate"] for one in there)
    assert found["uwv"]["pct_of_known"] == pytest.approx(100 * 102 / 134)
    assert not row(a_year_by_funding, mart, period="2024", measure="started_paid_work")["is_estimate"]


def test_other_measures_of_a_year_are_sums_of_quarters(a_year_by_funding: Marts) -> None:
    paid = row(
        a_year_by_funding, "breakdown_annual", period="2024", measure="paid_work", breakdown="funding", category="uwv"
    )
    assert (paid["clients"], paid["client_quarters"], paid["known_total"]) == (None, 41.0, 41.0)
    assert paid["pct_of_known"] == 100.0
    assert paid["pct_of_clients_in_category"] == pytest.approx(100 * 41 / 102)
    started = row(a_year_by_funding, "breakdown_annual", period="2024", measure="started_paid_work")
    assert (started["category"], started["clients"]) == ("total", 9.0)
    assert started["pct_of_clients_in_category"] is None
    none_there = row(
        a_year_by_funding, "breakdown_annual", period="2024", measure="paid_work", breakdown="type", category="cmd_2y"
    )
    assert (none_there["client_quarters"], none_there["pct_of_known"]) == (0.0, None)
    assert none_there["pct_of_clients_in_category"] is None


def test_clients_that_no_quarter_counted_have_an_unknown_funding() -> None:
    found = reported(
        sent("2024-Q1", block(0, 5)),
        sent("2024-Q1", block(20), organisation="org_002"),
        sent("2024-Q1", block(0, region="twente"), organisation="org_003"),
    )
    there = rows(found, "breakdown_annual", region_code="achterhoek", measure="clients", breakdown="funding")
    assert {one["category"]: (one["clients"], one["known_total"], one["pct_of_known"]) for one in there} == {
        "uwv": (20.0, 20.0, 100.0),
        "municipality": (0.0, 20.0, 0.0),
        "other": (0.0, 20.0, 0.0),
        "unknown": (5.0, 20.0, None),
    }
    nothing = rows(found, "breakdown_annual", region_code="twente", measure="clients", breakdown="funding")
    assert {one["category"]: (one["clients"], one["pct_of_known"]) for one in nothing} == {
        "uwv": (0.0, None),
        "municipality": (0.0, None),
        "other": (0.0, None),
    }


def test_the_unknown_category_of_the_first_quarter_is_an_answer() -> None:
    ended = cells("ended", "work", paid_work_at_end=3, not_in_paid_work_at_end=5, unknown=2)
    found = reported(sent("2022-Q4", cells("clients", "funding", uwv=9) | ended))
    there = rows(found, "breakdown_quarterly", measure="ended", breakdown="work")
    assert {one["category"]: (one["clients"], one["known_total"], one["pct_of_known"]) for one in there} == {
        "paid_work_at_end": (3, 10, 30.0),
        "not_in_paid_work_at_end": (5, 10, 50.0),
        "unknown": (2, 10, 20.0),
    }
    assert {one["category"] for one in rows(found, "breakdown_quarterly", breakdown="stage", measure="clients")} == {
        "requested",
        "approved",
        "orientation",
    }


def test_a_partial_breakdown_is_taken_of_the_clients_whose_category_is_known() -> None:
    types = cells("clients", "type", cmd_2y=10, epa_3y=6)
    paid = cells("paid_work", "type", cmd_2y=4, epa_3y=0)
    found = reported(
        sent("2024-Q1", block(20, work=Work(4, 0, 0, 0)) | types | paid),
        sent("2024-Q1", block(50) | cells("clients", "type", cmd_2y=30), organisation="org_002"),
    )
    cmd = {"breakdown": "type", "category": "cmd_2y", "region_code": "achterhoek"}
    clients = row(found, "breakdown_quarterly", measure="clients", **cmd)
    assert (clients["clients"], clients["known_total"]) == (40, 46)
    at_work = row(found, "breakdown_quarterly", measure="paid_work", **cmd)
    assert (at_work["pct_of_known"], at_work["pct_of_clients_in_category"]) == (100.0, 40.0)


def test_a_group_nobody_delivered_has_no_rows_and_a_vanished_region_neither() -> None:
    twente = block(10, region="twente", work=Work(1, 0, 0, 0))
    found = reported(sent("2024-Q1", block(20), block(10, region="twente")), sent("2024-Q2", twente))
    assert not rows(found, "breakdown_quarterly", period="2024-Q1", measure="paid_work")
    assert not rows(found, "breakdown_quarterly", period="2024-Q2", region_code="achterhoek")
    assert (
        row(
            found,
            "breakdown_annual",
            region_code="achterhoek",
            measure="paid_work",
            breakdown="funding",
            category="uwv",
        )["client_quarters"]
        == 0.0
    )


def test_unpaid_work_of_a_year_is_a_mean() -> None:
    found = reported(
        sent("2024-Q1", block(9, unpaid=(6, 0, 1))),
        sent("2024-Q2", block(9, unpaid=(3, 0, 1))),
        sent("2024-Q3", block(9)),
        sent("2024-Q3", block(9, region="twente", unpaid=(5, 2, 0)), organisation="org_002"),
    )
    day = {"measure": "unpaid_work", "category": "day_activity"}
    here = row(found, "breakdown_annual", region_code="achterhoek", **day)
    assert here["clients"] == 3.0
    assert here["known_total"] == pytest.approx(11 / 3)
    nation = row(found, "breakdown_annual_national", **day)
    assert nation["clients"] == pytest.approx(14 / 3)
    assert nation["pct_of_known"] is None


# Changes -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def a_coming_and_a_going() -> Marts:
    """org_001 goes on, org_002 stops, org_003 begins; 70 clients become 49."""
    return reported(
        sent("2024-Q1", block(40, 4, with_result=1)),
        sent("2024-Q1", block(30, region="twente"), organisation="org_002"),
        sent("2024-Q2", block(44, 8, with_result=4)),
        sent("2024-Q2", block(5), organisation="org_003"),
    )


def compared(found: Marts, measure: str, **codes: object) -> dict[str, Any]:
    """One row of changes, the nation's and of ips unless said otherwise."""
    where = {"level": "national", "region_code": None, "trajectory": "ips", "breakdown": None, **codes}
    return row(found, "changes", measure=measure, **where)


def figures(one: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(one[name] for name in names)


VALUES = ("value", "compared_value", "change")
LIKE_FOR_LIKE = ("pairs", "like_for_like_value", "like_for_like_compared_value", "like_for_like_change")
CAUSES = ("change_present_in_both", "change_newly_known", "change_no_longer_known")


@pytest.mark.parametrize("trajectory", ["ips", "all"])
def test_a_change_falls_apart_by_who_delivered(a_coming_and_a_going: Marts, trajectory: str) -> None:
    found = compared(a_coming_and_a_going, "clients_active", trajectory=trajectory)
    assert figures(found, "comparison", "period", "compared_period") == ("previous_quarter", "2024-Q2", "2024-Q1")
    assert figures(found, *VALUES) == (49, 70, -21)
    assert found["change_points"] is None
    assert found["change_pct_of_previous"] == pytest.approx(-30)
    assert found["change_pct_of_current"] == pytest.approx(-2100 / 49)
    assert figures(found, *LIKE_FOR_LIKE) == (1, 44, 40, 4)
    assert figures(found, *CAUSES) == (4, 5, -30)


def test_a_change_on_both_bases() -> None:
    """The report's +1 481: 77,7 % of what it was, 43,7 % of what it is."""
    found = reported(sent("2023-Q4", block(1907)), sent("2024-Q1", block(3388)))
    there = compared(found, "clients_active", comparison="previous_quarter")
    assert there["change"] == 1481
    assert there["change_pct_of_previous"] == pytest.approx(77.7, abs=0.05)
    assert there["change_pct_of_current"] == pytest.approx(43.7, abs=0.05)


def test_a_percentage_changes_by_points_and_does_not_decompose(a_coming_and_a_going: Marts) -> None:
    found = compared(a_coming_and_a_going, "pct_ended_with_result")
    assert figures(found, *VALUES, "change_points") == (50, 25, 25, 25)
    assert figures(found, *LIKE_FOR_LIKE, *CAUSES) == (None,) * 7
    organisations = compared(a_coming_and_a_going, "organisations")
    assert figures(organisations, *VALUES) == (2, 2, 0)
    assert figures(organisations, *LIKE_FOR_LIKE, *CAUSES) == (None,) * 7


def test_what_nobody_delivers_any_more_is_unknown_and_not_0(a_coming_and_a_going: Marts) -> None:
    twente = {"level": "region", "region_code": "twente"}
    found = compared(a_coming_and_a_going, "clients_active", **twente)
    assert figures(found, *VALUES) == (None, 30, None)
    assert figures(found, *LIKE_FOR_LIKE, *CAUSES) == (0, None, None, None, 0, 0, -30)
    assert figures(compared(a_coming_and_a_going, "organisations", **twente), *VALUES) == (0, 1, -1)


def test_a_region_that_an_organisation_left_is_a_known_0() -> None:
    twente = block(10, region="twente")
    found = reported(sent("2024-Q1", block(20), twente), sent("2024-Q2", twente), sent("2024-Q3", block(7), twente))
    achterhoek = {"level": "region", "region_code": "achterhoek"}
    back = compared(found, "clients_active", period="2024-Q3", **achterhoek)
    assert figures(back, *VALUES, "change_pct_of_previous") == (7, 0, 7, None)
    assert figures(back, *LIKE_FOR_LIKE, *CAUSES) == (1, 7, 0, 7, 7, 0, 0)
    assert compared(found, "pct_ended_with_result", period="2024-Q3", **achterhoek)["compared_value"] is None


def test_nothing_is_compared_with_a_quarter_that_nobody_delivered() -> None:
    found = reported(sent("2023-Q1", block(9)), sent("2024-Q1", block(9)), sent("2024-Q3", block(9)))
    assert {(one["comparison"], one["period"]) for one in found["changes"]} == {
        ("same_quarter_last_year", "2024-Q1"),
        ("previous_half_year", "2024-H2"),
        ("previous_year", "2024"),
    }


def wabz_begins_in_2023() -> list[Delivery]:
    """ips from 2022-Q4 up to 2025-Q1, WABZ from the quarter in which it was first registered."""
    years = [f"{year}-Q{number}" for year in (2023, 2024) for number in (1, 2, 3, 4)]
    return [
        sent(quarter, block(20), *([block(8, trajectory="wabz")] if quarter >= "2023-Q3" else []))
        for quarter in ["2022-Q4", *years, "2025-Q1"]
    ]


def test_a_year_with_other_quarters_is_not_compared() -> None:
    found = reported(*wabz_begins_in_2023())
    nothing = (None, 0, None, None, None, None, None, None)
    wabz = compared(found, "clients_active", comparison="previous_year", trajectory="wabz", period="2024")
    assert figures(wabz, "value", "compared_value") == (8, 8)
    assert figures(wabz, "change", *LIKE_FOR_LIKE, *CAUSES) == nothing
    assert wabz["not_comparable_reason"] == ("niet dezelfde kwartalen: 2024 heeft Q1, Q2, Q3, Q4; 2023 heeft Q3, Q4")
    everything = compared(found, "clients_active", comparison="previous_year", trajectory="all", period="2024")
    assert figures(everything, *VALUES, *LIKE_FOR_LIKE) == (28, 28, 0, 1, 20, 20, 0)
    assert everything["not_comparable_reason"] is None
    half = compared(found, "clients_ended", comparison="previous_half_year", trajectory="wabz", period="2024-H2")
    assert figures(half, *VALUES, *LIKE_FOR_LIKE) == (0, 0, 0, 1, 0, 0, 0)
    unfinished = compared(found, "clients_active", comparison="previous_year", period="2025")
    assert figures(unfinished, "change", *LIKE_FOR_LIKE, *CAUSES) == nothing


def test_like_for_like_is_of_the_pairs_of_which_the_measure_itself_is_known() -> None:
    """org_002 reports for the first time in 2024-Q1, so who started with it then is unknown, its clients are not."""
    found = reported(
        sent("2023-Q4", block(38)),
        sent("2024-Q1", block(40)),
        sent("2024-Q2", block(43)),
        sent("2024-Q1", block(30), organisation="org_002"),
        sent("2024-Q2", block(36), organisation="org_002"),
    )
    started = compared(found, "clients_started", period="2024-Q2")
    assert figures(started, *VALUES, *LIKE_FOR_LIKE, *CAUSES) == (9, 2, 7, 1, 3, 2, 1, 1, 6, 0)
    active = compared(found, "clients_active", period="2024-Q2")
    assert figures(active, *VALUES, *LIKE_FOR_LIKE, *CAUSES) == (79, 70, 9, 2, 79, 70, 9, 9, 0, 0)


def test_work_withheld_once_is_newly_known_and_not_like_for_like() -> None:
    found = reported(
        sent("2024-Q1", block(40, work=Work(12, 0, 0, 0))),
        sent("2024-Q2", block(40, work=Work(15, 0, 0, 0))),
        sent("2024-Q1", block(30), organisation="org_002"),
        sent("2024-Q2", block(30, work=Work(9, 0, 0, 0)), organisation="org_002"),
    )
    paid = compared(found, "paid_work", period="2024-Q2")
    assert figures(paid, *VALUES, *LIKE_FOR_LIKE, *CAUSES) == (24, 12, 12, 1, 15, 12, 3, 3, 9, 0)
    headline = compared(found, "pct_paid_work_all_trajectories", trajectory="all", period="2024-Q2")
    assert figures(headline, *VALUES) == (pytest.approx(2400 / 70), 30, pytest.approx(2400 / 70 - 30))


def test_a_year_is_like_for_like_with_pairs_that_delivered_every_quarter_anyone_did() -> None:
    def quarters(organisation: str, *quarters: str) -> list[Delivery]:
        return [sent(quarter, block(10, 1), organisation=organisation) for quarter in quarters]

    found = reported(
        *quarters("org_001", "2023-Q1", "2023-Q2", "2024-Q1", "2024-Q2"),
        *quarters("org_002", "2023-Q1", "2024-Q1", "2024-Q2"),
    )
    there = compared(found, "clients_ended", comparison="previous_year")
    assert figures(there, *VALUES) == (4, 3, 1)
    assert figures(there, *LIKE_FOR_LIKE, *CAUSES) == (1, 2, 2, 0, 1, 0, 0)


def test_the_headline_falls_apart_too() -> None:
    found = reported(
        sent("2024-Q1", block(40, work=Work(12, 0, 0, 0)), block(10, trajectory="jobcoaching")),
        sent("2024-Q2", block(40, work=Work(15, 0, 0, 0))),
        sent("2024-Q2", block(6, 3, with_result=2, trajectory="uwv_naar_werk"), organisation="org_002"),
    )
    headline = compared(found, "paid_work_all_trajectories", trajectory="all")
    assert figures(headline, *VALUES) == (17, 22, -5)
    assert figures(headline, *LIKE_FOR_LIKE, *CAUSES) == (1, 15, 12, 3, 3, 2, -10)
    assert not rows(found, "changes", measure="paid_work_all_trajectories", trajectory="ips")


# Tabel 3.1 and the rankings ----------------------------------------------------------------------------


def test_the_overview_sets_ips_beside_the_other_trajectories() -> None:
    found = reported(
        sent("2024-Q1", block(20, 4, with_result=1), block(5, trajectory="wabz")),
        sent("2024-Q2", block(22, 4, with_result=3), organisation="org_001"),
        sent("2024-Q1", block(9, 2, with_result=2, trajectory="uwv_werkfit"), organisation="org_002"),
        sent("2024-Q1", block(7, region="twente"), organisation="org_003"),
    )
    here = row(found, "region_overview_annual", region_code="achterhoek")
    assert figures(here, "clients_active_ips", "clients_active_non_ips") == (20 + 4 + 6, 5 + 9 + 2)
    assert figures(here, "clients_started_ips", "clients_started_non_ips") == (6, None)
    assert figures(here, "pct_ended_with_result", "organisations") == (60.0, 2)
    twente = row(found, "region_overview_annual", region_code="twente")
    assert figures(twente, "clients_active_ips", "clients_active_non_ips") == (7, None)
    assert figures(twente, "pct_ended_with_result", "organisations") == (None, 1)
    assert figures(twente, "quarters", "period_status") == (2, "provisional")


def test_a_region_that_its_organisation_left_before_the_year_is_not_in_the_overview_of_it() -> None:
    found = reported(
        sent("2023-Q4", block(12), block(5, region="twente")),
        sent("2024-Q1", block(13)),
    )
    assert row(found, "region_annual", region_code="twente", period="2024")["clients_left_uncounted"] == 5
    assert [one["period"] for one in rows(found, "region_overview_annual", region_code="twente")] == ["2023"]
    there = rows(found, "region_rankings_annual", region_code="twente", period="2024")
    assert {(one["value"], one["rank"], one["left_out_reason"]) for one in there} == {
        (None, None, "geen organisatie in 2024")
    }


def two_years(region: str, organisation: str, first: int, second: int, *, ended: int, result: int) -> list[Delivery]:
    """So many clients in the one quarter of 2023 and of 2024; clients who ended in 2024 are on top."""
    return [
        sent("2023-Q1", block(first, region=region), organisation=organisation),
        sent("2024-Q1", block(second, ended, with_result=result, region=region), organisation=organisation),
    ]


@pytest.fixture(scope="module")
def ranked() -> dict[tuple[str, str], dict[str, Any]]:
    """The rankings of 2024 by ranking and region."""
    found = reported(
        *two_years("achterhoek", "org_001", 10, 10, ended=10, result=6),  # 10 → 20
        *two_years("twente", "org_002", 20, 30, ended=10, result=6),  # 20 → 40
        *two_years("drenthe", "org_003", 40, 10, ended=20, result=4),  # 40 → 30
        *two_years("flevoland", "org_004", 9, 91, ended=9, result=9),  # 9 → 100
        *two_years("rijnmond", "org_005", 50, 50, ended=0, result=0),  # 50 → 50
        sent("2024-Q1", block(3, region="zwolle"), organisation="org_006"),
    )
    return {(one["ranking"], one["region_code"]): one for one in rows(found, "region_rankings_annual", period="2024")}


@pytest.mark.parametrize(
    ("ranking", "ranks"),
    [
        ("clients_active", {"flevoland": 1, "rijnmond": 2, "twente": 3, "drenthe": 4, "zwolle": 6}),
        ("clients_started", dict.fromkeys(["flevoland", "rijnmond", "twente", "drenthe", "achterhoek"])),
        (
            "growth_clients_active",
            {"achterhoek": 1, "twente": 1, "rijnmond": 3, "drenthe": 4, "flevoland": None},
        ),
        (
            "decline_clients_active",
            {"drenthe": 1, "rijnmond": 2, "achterhoek": 3, "twente": 3, "flevoland": None},
        ),
        (
            "highest_pct_ended_with_result",
            {"achterhoek": 1, "twente": 1, "drenthe": 3, "flevoland": None, "rijnmond": None},
        ),
        (
            "lowest_pct_ended_with_result",
            {"drenthe": 1, "achterhoek": 2, "twente": 2, "flevoland": None, "rijnmond": None},
        ),
    ],
)
def test_regions_are_ranked_and_small_ones_left_out(
    ranked: dict[tuple[str, str], dict[str, Any]], ranking: str, ranks: dict[str, int | None]
) -> None:
    there = {region: one["rank"] for (name, region), one in ranked.items() if name == ranking}
    assert len(there) == 35
    assert {region: there[region] for region in ranks} == ranks


def test_a_ranking_shows_the_numbers_also_of_who_was_left_out(
    ranked: dict[tuple[str, str], dict[str, Any]],
) -> None:
    growth = ranked["growth_clients_active", "flevoland"]
    assert figures(growth, "value", "compared_value", "denominator") == (100, 9, 9)
    assert growth["change_pct_of_previous"] == pytest.approx(100 * 91 / 9)
    share = ranked["highest_pct_ended_with_result", "flevoland"]
    assert figures(share, "value", "compared_value", "denominator") == (100, None, 9)
    assert figures(share, "change_pct_of_previous", "ranking_minimum") == (None, 10)
    assert figures(share, "regions_above_50_pct", "regions_with_pct", "quarters") == (3, 4, 1)
    number = ranked["clients_active", "twente"]
    assert figures(number, "regions_with_pct", "ranking_minimum", "change_pct_of_previous") == (None, None, 100)


@pytest.mark.parametrize(
    ("ranking", "region", "reason"),
    [
        ("clients_active", "twente", None),
        ("clients_active", "zeeland", "geen organisatie in 2024"),
        ("clients_started", "twente", "niet bekend over 2024"),
        ("growth_clients_active", "flevoland", "minder dan 10 cliënten in 2023"),
        ("growth_clients_active", "zwolle", "geen organisatie in 2023"),
        ("decline_clients_active", "zwolle", "geen organisatie in 2023"),
        ("highest_pct_ended_with_result", "flevoland", "minder dan 10 beëindigde trajecten in 2024"),
    ],
)
def test_a_ranking_says_why_a_region_was_left_out(
    ranked: dict[tuple[str, str], dict[str, Any]], ranking: str, region: str, reason: str | None
) -> None:
    assert ranked[ranking, region]["left_out_reason"] == reason


def test_a_year_in_progress_has_no_growth_and_is_ranked_by_what_lies_within_it() -> None:
    found = reported(
        *two_years("achterhoek", "org_001", 40, 50, ended=10, result=6),
        *two_years("twente", "org_002", 20, 30, ended=10, result=7),
        sent("2024-Q2", block(30, region="twente"), organisation="org_002"),
    )
    here = {
        one["ranking"]: figures(one, "rank", "value", "compared_value", "change_pct_of_previous", "left_out_reason")
        for one in rows(found, "region_rankings_annual", region_code="achterhoek", period="2024")
    }
    reason = "niet dezelfde kwartalen: 2024 heeft Q1, Q2; 2023 heeft Q1"
    assert here["clients_active"] == (1, 60, 40, None, None)
    assert here["growth_clients_active"] == here["decline_clients_active"] == (None, 60, 40, None, reason)
    assert here["highest_pct_ended_with_result"] == (2, 60, None, None, None)
    every = rows(found, "region_rankings_annual")
    assert {one["not_comparable_reason"] for one in every if one["period"] == "2024"} == {reason}
    first = {
        figures(one, "not_comparable_reason", "compared_quarters", "compared_period_status")
        for one in every
        if one["period"] == "2023"
    }
    assert first == {(None, None, None)}


def test_the_minimum_of_the_rankings_is_the_projects_own() -> None:
    deliveries = two_years("achterhoek", "org_001", 10, 10, ended=3, result=1)
    book = Book(Delivered(deliveries, standard_reference()), LATER)
    found = region_rankings_annual(book, marts_of(book), minimum=3)
    last = [one for one in found if one["period"] == "2024" and one["ranking"].startswith("highest")]
    assert {one["rank"] for one in last} == {1, None}


# Sensitivity -------------------------------------------------------------------------------------------

READINGS = ("clients_active", "q1_starts_once", "without_lost", "lost_as_loss", "lost_signed")


def test_the_readings_of_the_worked_example() -> None:
    found = reported(sent("2023-Q4", block(38)), *the_year())
    assert figures(row(found, "method_sensitivity_annual", period="2024"), *READINGS) == (71, 64, 59, 59, 71)


def test_the_readings_of_a_year_that_clients_left_uncounted() -> None:
    """A + C = 45; S 7, 0 and 2; 11 left uncounted in Q2, none lost; Q3 is not delivered, Q4 loses 3."""
    found = reported(
        sent("2023-Q4", block(38)),
        sent("2024-Q1", block(40, 5)),
        sent("2024-Q2", block(26, 3)),
        sent("2024-Q4", block(25, 4)),
        sent("2024-Q4", block(6), organisation="org_002"),
    )
    expected = (45 + 7 + 3, 45 + 3, 45 + 7, 45 + 7 + 11, 45 + 7 + 3 - 11)
    here = row(found, "method_sensitivity_annual", period="2024")
    assert figures(here, *READINGS) == tuple(value + 6 for value in expected)
    assert here["clients_active"] == row(found, "region_annual", period="2024")["clients_active"]


def test_a_first_quarter_after_a_gap_has_nothing_to_leave_out() -> None:
    found = reported(sent("2023-Q3", block(35)), *the_year())
    assert figures(row(found, "method_sensitivity_annual", period="2024"), *READINGS) == (64, 64, 52, 52, 64)


def test_starters_floored_later() -> None:
    """achterhoek −10 and +4, twente +3; org_003 did not deliver the quarter before."""
    found = reported(
        sent("2024-Q1", block(40), block(10, region="twente")),
        sent("2024-Q1", block(8), organisation="org_002"),
        sent("2024-Q2", block(30), block(11, 2, region="twente")),
        sent("2024-Q2", block(12), organisation="org_002"),
        sent("2024-Q2", block(99), organisation="org_003"),
    )
    names = (
        "clients_started",
        "started_signed",
        "started_floored_by_region",
        "started_floored_nationally",
        "residual",
    )
    assert figures(row(found, "method_sensitivity_quarterly", period="2024-Q2"), *names) == (7, -3, 3, 0, 10)
    assert figures(row(found, "method_sensitivity_quarterly", period="2024-Q1"), *names) == (None,) * 5


# What always holds -------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["quarterly", "half_yearly", "annual"])
def frequency(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def random_marts() -> list[Marts]:
    """The marts of two sets of random deliveries."""
    return [_of_seed(seed) for seed in (2, 6)]


def _of_seed(seed: int) -> Marts:
    organisations = random_organisations(seed, 25)
    reference = load_reference(organisations=organisations)
    book = Book(Delivered(random_deliveries(seed, organisations), reference), LATER)
    published = marts_of(book)
    return published | report_marts(book, published)


def summed(found: list[dict[str, Any]], *codes: str) -> dict[tuple[Any, ...], float]:
    """The clients of the rows by some of their codes."""
    sums: dict[tuple[Any, ...], float] = defaultdict(float)
    for one in found:
        sums[figures(one, *codes)] += one["clients"] if one["clients"] is not None else one["client_quarters"]
    return sums


def test_the_parts_by_funding_add_up_to_the_clients(random_marts: list[Marts], frequency: str) -> None:
    codes = ("period", "region_code", "trajectory")
    for found in random_marts:
        parts = summed(rows(found, f"breakdown_{frequency}", measure="clients", breakdown="funding"), *codes)
        whole = {figures(one, *codes): one["clients_active"] for one in found[f"region_{frequency}"]}
        assert parts == pytest.approx({key: whole[key] for key in parts}, rel=1e-9)
        assert not any(clients for key, clients in whole.items() if key not in parts)


def test_the_national_breakdown_is_the_sum_of_the_regions(random_marts: list[Marts], frequency: str) -> None:
    codes = ("period", "trajectory", "measure", "breakdown", "category")
    for found in random_marts:
        regions = summed(found[f"breakdown_{frequency}"], *codes)
        assert regions == pytest.approx(summed(found[f"breakdown_{frequency}_national"], *codes), rel=1e-9)


def test_every_change_of_a_count_falls_apart_exactly(random_marts: list[Marts]) -> None:
    for one in (row for found in random_marts for row in found["changes"]):
        decomposes = one["measure"] != "organisations" and one["unit"] != "percent"
        is_known = (one["value"], one["compared_value"]) != (None, None)
        if decomposes and is_known and one["not_comparable_reason"] is None:
            there = zero_if_unknown(one["value"]) - zero_if_unknown(one["compared_value"])
            if one["measure"] not in HEADLINES or one["change"] is not None:
                assert sum(figures(one, *CAUSES)) == pytest.approx(there, rel=1e-9, abs=1e-9)
        else:
            assert figures(one, *CAUSES) == (None, None, None)
            assert one["change"] is None or not decomposes


# That the random deliveries reach what a comparison upon them would otherwise not tell apart -------------


def everywhere(random_marts: list[Marts], mart: str, **codes: object) -> list[dict[str, Any]]:
    """The rows of both sets."""
    return [one for found in random_marts for one in rows(found, mart, **codes)]


def test_random_deliveries_have_unknown_categories(random_marts: list[Marts]) -> None:
    assert everywhere(random_marts, "breakdown_annual", measure="clients", category="unknown")
    for measure, category in [("ended", "unknown"), ("clients", "orientation")]:
        there = everywhere(random_marts, "breakdown_quarterly", measure=measure, category=category)
        assert any(one["clients"] for one in there)


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_random_deliveries_come_and_go(random_marts: list[Marts], comparison: str) -> None:
    of_all = {"measure": "clients_active", "organisation_id": None, "breakdown": None}
    there = everywhere(random_marts, "changes", comparison=comparison, **of_all)
    for name in ("value", "compared_value"):
        assert any(one[name] is None for one in there)
        assert any(one[name] == 0 for one in there)
    assert any(one["change_newly_known"] for one in there)
    assert any(one["change_no_longer_known"] for one in there)
    assert {0, 1} <= {one["pairs"] for one in there}
    though_present = any(one["pairs"] == 0 and one["change_present_in_both"] for one in there)
    assert though_present == (comparison in ("previous_half_year", "previous_year"))


@pytest.mark.parametrize("ranking", ["growth_clients_active", "highest_pct_ended_with_result"])
def test_random_deliveries_leave_regions_out_of_a_ranking(random_marts: list[Marts], ranking: str) -> None:
    there = everywhere(random_marts, "region_rankings_annual", ranking=ranking)
    assert any(one["rank"] is None and one["value"] is not None for one in there)
    assert any(one["value"] is None for one in there)
    assert any(one["rank"] for one in there)


def test_random_deliveries_are_sensitive_to_the_reading(random_marts: list[Marts]) -> None:
    years = everywhere(random_marts, "method_sensitivity_annual")
    for name in READINGS[1:]:
        assert any(one[name] != one["clients_active"] for one in years)
    quarters = everywhere(random_marts, "method_sensitivity_quarterly")
    known = [one for one in quarters if one["clients_started"] is not None]
    assert len(known) < len(quarters)
    assert any(one["started_floored_by_region"] != one["clients_started"] for one in known)
    assert any(one["started_floored_nationally"] != one["started_signed"] for one in known)
