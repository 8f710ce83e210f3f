"""The oracle against the written method: its worked example, and cases worked out by hand."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.blocks import Work, block, sent, the_year, withdrawn
from tests.support.oracle import (
    PERIOD_COLUMNS,
    QUARTERLY_COLUMNS,
    Delivery,
    Organisation,
    load_reference,
    marts,
    period_start,
    quarter_before,
)
from tests.support.random_deliveries import deliveries as small_cases
from tests.support.random_deliveries import random_deliveries, random_organisations, standard_reference

LATER = date(2030, 1, 1)
Marts = dict[str, list[dict[str, object]]]


def published(*deliveries: Delivery, today: date = LATER) -> Marts:
    """The marts of these deliveries with the project's own lists."""
    return marts(deliveries, standard_reference(), today)


def rows(found: Marts, mart: str, **codes: str) -> list[dict[str, Any]]:
    """The rows of a mart with these codes."""
    return [row for row in found[mart] if all(row[name] == code for name, code in codes.items())]


def row(found: Marts, mart: str, **codes: str) -> dict[str, Any]:
    """The one row of a mart with these codes."""
    (only,) = rows(found, mart, **codes)
    return only


# The worked example ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worked_example() -> Marts:
    return published(sent("2023-Q4", block(38, work=Work(10, 8, 0, 0))), *the_year())


@pytest.fixture(scope="module")
def worked_example_after_a_gap() -> Marts:
    return published(sent("2023-Q3", block(35)), *the_year())


@pytest.mark.parametrize(("quarter", "started", "lost"), [("2024-Q1", 7, 0), ("2024-Q2", 7, 0), ("2024-Q4", None, 12)])
def test_the_worked_example_by_quarter(worked_example: Marts, quarter: str, started: int | None, lost: int) -> None:
    found = row(worked_example, "organisation_quarterly", period=quarter)
    assert (found["clients_started"], found["clients_lost"]) == (started, lost)
    assert found["clients_left_uncounted"] == 0


@pytest.mark.parametrize("mart", ["region_annual", "trajectory_annual", "national_annual"])
def test_the_worked_example_by_year(worked_example: Marts, mart: str) -> None:
    found = row(worked_example, mart, period="2024")
    assert found["clients_active"] == 71
    assert found["clients_started"] == 14
    assert found["clients_ended"] == 14
    assert found["clients_lost"] == 12
    assert found["clients_left_uncounted"] == 0
    assert found["paid_work"] == 25
    assert found["durable_paid_work"] == pytest.approx(9 + 0.75 + 3 + 24 / 13 + 1.5 + 4, rel=1e-15)
    assert found["pct_paid_work"] == pytest.approx(100 * 25 / 71)
    assert found["quarters"] == 3


def test_the_worked_example_after_a_gap(worked_example_after_a_gap: Marts) -> None:
    first = row(worked_example_after_a_gap, "organisation_quarterly", period="2024-Q1")
    assert (first["clients_started"], first["clients_lost"]) == (None, 10)
    year = row(worked_example_after_a_gap, "region_annual", period="2024")
    assert (year["clients_started"], year["clients_active"], year["clients_lost"]) == (7, 64, 12)


def test_the_worked_example_by_half_year(worked_example: Marts) -> None:
    first = row(worked_example, "region_half_yearly", period="2024-H1")
    assert (first["clients_active"], first["clients_lost"]) == (40 + 5 + 14, 0)
    second = row(worked_example, "region_half_yearly", period="2024-H2")
    assert (second["clients_active"], second["clients_started"], second["clients_lost"]) == (56, None, 0)
    assert second["paid_work"] == 16 + 2 + 2


# Comings and goings ------------------------------------------------------------------------------------


def test_a_first_delivery_has_unknown_starts_and_losses() -> None:
    found = published(sent("2024-Q2", block(20, 3)))
    for mart, period in [("organisation_quarterly", "2024-Q2"), ("trajectory_annual", "2024")]:
        only = row(found, mart, period=period)
        assert only["clients_started"] is None
        assert only["clients_lost"] is None
        assert only["clients_left_uncounted"] is None
    assert row(found, "trajectory_annual", period="2024")["clients_active"] == 23


def test_the_unknown_loss_of_a_first_delivery_counts_as_0_beside_a_known_one() -> None:
    found = published(sent("2024-Q2", block(20, 3)), sent("2024-Q3", block(15, 1)))
    year = row(found, "trajectory_annual", period="2024")
    assert year["clients_active"] == 20 + 3 + 0
    assert (year["clients_started"], year["clients_lost"], year["clients_left_uncounted"]) == (0, 0, 4)


def test_a_gap_of_one_quarter_loses_clients_but_starts_none() -> None:
    found = published(sent("2024-Q1", block(20)), sent("2024-Q3", block(26, 5)))
    third = row(found, "region_quarterly", period="2024-Q3")
    assert (third["clients_started"], third["clients_lost"]) == (None, 11)
    assert row(found, "region_annual", period="2024")["clients_active"] == 20 + 0 + 11


@pytest.mark.parametrize(("before", "lost"), [("2023-Q3", 11), ("2023-Q2", None), ("2023-Q1", None)])
def test_only_four_quarters_back_count_as_last(before: str, lost: int | None) -> None:
    """Three quarters missing, four and five."""
    found = published(sent(before, block(20)), sent("2024-Q3", block(26, 5)))
    third = row(found, "region_quarterly", period="2024-Q3")
    assert (third["clients_started"], third["clients_lost"]) == (None, lost)
    year = row(found, "region_annual", period="2024")
    assert year["clients_active"] == 26 + 5
    assert year["clients_lost"] == (None if lost is None else 0)


def test_a_withdrawn_quarter_is_a_gap() -> None:
    found = published(sent("2024-Q1", block(20)), withdrawn("2024-Q2"), sent("2024-Q3", block(26, 5)))
    assert row(found, "region_quarterly", period="2024-Q3")["clients_lost"] == 11
    assert not rows(found, "region_quarterly", period="2024-Q2")


def test_a_vanished_region_is_published_for_as_long_as_it_counts() -> None:
    twente = block(10, region="twente")
    found = published(
        sent("2024-Q1", block(20, work=Work(5, 5, 0, 0)), twente),
        sent("2024-Q2", twente | block(10, region="twente", work=Work(1, 0, 0, 0))),
        sent("2024-Q3", twente),
    )
    gone = row(found, "region_quarterly", period="2024-Q2", region_code="achterhoek")
    assert gone["organisations"] == 0
    assert (gone["clients_active"], gone["clients_started"], gone["clients_lost"]) == (0, 0, 0)
    assert gone["clients_left_uncounted"] == 20
    assert (gone["paid_work"], gone["pct_paid_work"]) == (0, None)
    assert not rows(found, "region_quarterly", period="2024-Q3", region_code="achterhoek")
    assert row(found, "organisation_quarterly", period="2024-Q2", region_code="achterhoek")


def test_a_region_that_vanished_between_two_years_is_published_with_who_left() -> None:
    twente = block(10, region="twente")
    found = published(sent("2023-Q4", block(20), twente), sent("2024-Q1", twente))
    year = row(found, "region_annual", period="2024", region_code="achterhoek")
    assert (year["organisations"], year["clients_active"], year["clients_left_uncounted"]) == (0, 0, 20)


def test_a_region_new_to_a_continuing_organisation_counts_as_started() -> None:
    twente = block(10, region="twente")
    found = published(sent("2024-Q1", twente), sent("2024-Q2", twente, block(7, 2)))
    new = row(found, "region_quarterly", period="2024-Q2", region_code="achterhoek")
    assert (new["clients_started"], new["clients_lost"], new["clients_left_uncounted"]) == (9, 0, 0)
    assert not rows(found, "region_quarterly", period="2024-Q1", region_code="achterhoek")
    year = row(found, "region_annual", period="2024", region_code="achterhoek")
    assert year["clients_active"] == 0 + 0 + 9


def test_a_negative_inflow_starts_nobody_and_is_shown_as_left_uncounted() -> None:
    found = published(sent("2024-Q1", block(40)), sent("2024-Q2", block(30, 2)))
    second = row(found, "region_quarterly", period="2024-Q2")
    assert (second["clients_started"], second["clients_lost"]) == (0, 0)
    assert second["clients_left_uncounted"] == 8


def test_inflow_is_floored_per_region_and_only_then_summed() -> None:
    found = published(
        sent("2024-Q1", block(40), block(10, region="twente")),
        sent("2024-Q2", block(30), block(15, region="twente")),
    )
    second = row(found, "trajectory_quarterly", period="2024-Q2")
    assert (second["clients_started"], second["clients_left_uncounted"]) == (5, 10)


# Unknowns ----------------------------------------------------------------------------------------------


def test_a_block_of_zeros_is_published_and_has_no_percentages() -> None:
    found = published(sent("2024-Q1", block(0, work=Work(0, 0, 0, 0, 0), education=(0, 0, 0))))
    for mart, period in [("trajectory_quarterly", "2024-Q1"), ("trajectory_annual", "2024")]:
        only = row(found, mart, period=period)
        assert (only["organisations"], only["clients_active"], only["paid_work"]) == (1, 0, 0)
        assert all(value is None for name, value in only.items() if name.startswith("pct_"))


def test_without_paid_work_the_durable_part_of_starts_counts_as_0() -> None:
    found = published(
        sent("2023-Q4", block(9, work=Work(4, 4, 0, 0))), sent("2024-Q1", block(9, work=Work(0, 0, 3, 7)))
    )
    year = row(found, "trajectory_annual", period="2024")
    assert year["durable_paid_work"] == 0.0
    assert year["paid_work"] == 0 + 7 + 3 + 0


def test_a_trajectory_left_out_is_a_gap_of_its_own() -> None:
    wabz = block(8, trajectory="wabz")
    found = published(sent("2024-Q1", block(20), wabz), sent("2024-Q2", block(22)), sent("2024-Q3", block(21), wabz))
    assert not rows(found, "trajectory_quarterly", period="2024-Q2", trajectory="wabz")
    third = row(found, "trajectory_quarterly", period="2024-Q3", trajectory="wabz")
    assert (third["clients_started"], third["clients_lost"]) == (None, 0)
    assert row(found, "trajectory_quarterly", period="2024-Q3", trajectory="ips")["clients_started"] == 0
    assert row(found, "national_quarterly", period="2024-Q3")["clients_started"] == 0
    year = row(found, "trajectory_annual", period="2024", trajectory="wabz")
    assert (year["quarters"], year["clients_started"]) == (2, None)
    assert row(found, "national_annual", period="2024")["quarters"] == 3


def test_an_organisation_that_withheld_work_is_in_neither_side_of_the_percentage() -> None:
    found = published(
        sent("2024-Q1", block(30, work=Work(12, 6, 1, 0, 15))),
        sent("2024-Q1", block(70, region="twente"), organisation="org_002"),
    )
    national = row(found, "trajectory_quarterly", period="2024-Q1")
    assert (national["clients_active"], national["paid_work"], national["pct_paid_work"]) == (100, 12, 40.0)
    assert (national["pct_durable_paid_work"], national["pct_durable_of_paid_work"]) == (20.0, 50.0)
    assert national["pct_ever_paid_work"] == 50.0
    withheld = row(found, "region_quarterly", period="2024-Q1", region_code="twente")
    assert withheld["paid_work"] is None
    assert withheld["pct_paid_work"] is None
    year = row(found, "region_annual", period="2024", region_code="twente")
    assert (year["paid_work"], year["durable_paid_work"], year["started_paid_work"]) == (None, None, None)


def test_a_trajectory_that_does_not_register_work_is_left_out_of_the_national_percentage() -> None:
    werkfit = block(60, trajectory="uwv_werkfit")
    found = published(sent("2024-Q1", block(40, work=Work(10, 5, 0, 0)), werkfit))
    national = row(found, "national_quarterly", period="2024-Q1")
    assert (national["clients_active"], national["pct_paid_work"]) == (100, 25.0)
    assert row(found, "trajectory_quarterly", trajectory="uwv_werkfit")["paid_work"] is None


def test_ever_in_paid_work_is_unknown_in_the_first_quarter() -> None:
    found = published(
        sent("2022-Q4", block(40, work=Work(10, 5, 0, 0))),
        sent("2023-Q1", block(40, work=Work(10, 5, 0, 0, 20))),
    )
    for mart in ("organisation_quarterly", "trajectory_quarterly", "national_quarterly"):
        first = row(found, mart, period="2022-Q4")
        assert first["ever_paid_work"] is None
        assert first["pct_ever_paid_work"] is None
        assert first["paid_work"] == 10
        assert row(found, mart, period="2023-Q1")["pct_ever_paid_work"] == 50.0
    assert row(found, "national_quarterly", period="2022-Q4")["ever_paid_work_all_trajectories"] is None


def test_the_categories_of_the_first_quarter_count_as_ended_without_result() -> None:
    ended = {"paid_work_at_end": 3, "not_in_paid_work_at_end": 4, "unknown": 2}
    extra = {("achterhoek", "ips", "ended", "work", name): value for name, value in ended.items()}
    found = row(published(sent("2022-Q4", block(40) | extra)), "region_quarterly", period="2022-Q4")
    assert (found["clients_ended"], found["ended_with_result"], found["ended_without_result"]) == (9, 3, 6)


def test_a_uwv_trajectory_ends_by_result() -> None:
    found = published(sent("2024-Q1", block(9, 5, with_result=4, trajectory="uwv_naar_werk")))
    only = row(found, "region_quarterly", period="2024-Q1")
    assert (only["clients_ended"], only["ended_with_result"], only["ended_without_result"]) == (5, 4, 1)
    assert only["pct_ended_with_result"] == 80.0


# Half-years and years ----------------------------------------------------------------------------------


def test_the_first_quarter_differs_between_stocks() -> None:
    """Clients from Q1, paid work from Q2 after a gap in that group, education from Q3 for the first time."""
    found = published(
        sent("2023-Q4", block(30, work=Work(4, 4, 0, 0))),
        sent("2024-Q1", block(40, 5)),
        sent("2024-Q2", block(44, 3, work=Work(13, 0, 3, 2))),
        sent("2024-Q3", block(44, 0, work=Work(20, 10, 4, 1), education=(6, 2, 1))),
        sent("2024-Q4", block(44, 0, work=Work(20, 10, 0, 0), education=(9, 1, 0))),
    )
    year = row(found, "trajectory_annual", period="2024")
    assert year["clients_active"] == 40 + 5 + (15 + 7 + 0 + 0) + 0
    assert year["paid_work"] == 13 + 2 + (3 + 4 + 0) + (0 + (7 - 3) + 0)
    assert year["durable_paid_work"] == 0 + 0 + (0 + 2 + 0) + (0 + (10 - 1.5) + 0)
    assert year["in_education"] == 6 + 1 + (2 + 1) + (0 + 2)
    assert year["started_education"] == 3
    assert year["pct_in_education"] == pytest.approx(100 * 12 / 67)
    first_half = row(found, "trajectory_half_yearly", period="2024-H1")
    assert (first_half["paid_work"], first_half["in_education"]) == (13 + 2 + 3, None)


def test_the_first_quarter_counts_its_lost_when_the_quarter_right_before_was_delivered() -> None:
    found = published(
        sent("2023-Q4", block(30, work=Work(5, 5, 0, 0))),
        sent("2024-Q1", block(20, 4, work=Work(9, 9, 1, 0))),
    )
    year = row(found, "trajectory_annual", period="2024")
    assert year["paid_work"] == 9 + 0 + 1 + 3
    assert year["durable_paid_work"] == 9 + 0 + 1 + 3
    assert (year["clients_active"], year["clients_left_uncounted"]) == (24, 6)


def test_the_first_quarter_after_a_gap_counts_neither_lost_nor_left() -> None:
    found = published(sent("2023-Q3", block(30)), sent("2024-Q1", block(20, 4)))
    assert row(found, "region_quarterly", period="2024-Q1")["clients_left_uncounted"] == 6
    assert row(found, "region_annual", period="2024")["clients_left_uncounted"] == 0


def test_unpaid_work_is_divided_by_the_quarters_in_which_anyone_delivered_it() -> None:
    found = published(
        sent("2024-Q1", block(9, unpaid=(6, 0, 1))),
        sent("2024-Q2", block(9, unpaid=(3, 0, 1))),
        sent("2024-Q3", block(9)),
        sent("2024-Q3", block(9, region="twente", unpaid=(5, 2, 0)), organisation="org_002"),
        sent("2024-Q4", block(9), block(7, trajectory="other", unpaid=(4, 0, 0))),
    )
    achterhoek = row(found, "region_annual", region_code="achterhoek", trajectory="ips")
    assert achterhoek["unpaid_day_activity"] == 3.0
    assert achterhoek["unpaid_trial_placement"] == pytest.approx(2 / 3)
    assert row(found, "trajectory_annual", trajectory="ips")["unpaid_day_activity"] == pytest.approx(14 / 3)
    national = row(found, "national_annual")
    assert national["unpaid_day_activity"] == pytest.approx(14 / 3 + 4)
    second_half = row(found, "region_half_yearly", period="2024-H2", trajectory="ips", region_code="twente")
    assert second_half["unpaid_day_activity"] == 5.0


# The headline ------------------------------------------------------------------------------------------


def test_the_headline_of_the_first_quarter_of_2025() -> None:
    found = published(
        sent(
            "2025-Q1",
            block(4156, work=Work(1509, 0, 0, 0, 1847)),
            block(169, work=Work(31, 0, 0, 0, 35), trajectory="wabz"),
            block(149, work=Work(51, 0, 0, 0, 64), trajectory="other"),
            block(124, 3, with_result=2, trajectory="jobcoaching"),
            block(100, 20, with_result=4, trajectory="uwv_naar_werk"),
            block(146, 30, with_result=9, trajectory="uwv_werkfit"),
        )
    )
    national = row(found, "national_quarterly", period="2025-Q1")
    assert (national["paid_work"], national["paid_work_all_trajectories"]) == (1591, 1719)
    assert (national["ever_paid_work"], national["ever_paid_work_all_trajectories"]) == (1946, 2074)
    assert national["pct_paid_work_all_trajectories"] == pytest.approx(100 * 1719 / 4844)
    assert national["pct_paid_work"] == pytest.approx(100 * 1591 / (4156 + 169 + 149))


def test_the_headline_is_unknown_where_registered_paid_work_is() -> None:
    found = published(sent("2025-Q1", block(124, trajectory="jobcoaching")))
    national = row(found, "national_quarterly", period="2025-Q1")
    assert national["paid_work_all_trajectories"] is None
    assert national["pct_paid_work_all_trajectories"] is None


# Who was expected --------------------------------------------------------------------------------------


def test_an_organisation_that_went_quiet_stays_expected_for_four_quarters() -> None:
    others = [sent(f"2024-Q{n}", block(9), organisation="org_002") for n in (1, 2, 3, 4)]
    found = published(sent("2023-Q3", block(9)), *others)
    expected = {r["period"]: r["expected_organisations"] for r in found["trajectory_quarterly"]}
    assert expected == {"2023-Q3": 1, "2024-Q1": 2, "2024-Q2": 2, "2024-Q3": 2, "2024-Q4": 1}
    status = {r["period"]: r["period_status"] for r in found["trajectory_quarterly"]}
    assert (status["2024-Q3"], status["2024-Q4"]) == ("provisional", "complete")
    year = row(found, "trajectory_annual", period="2024")
    assert (year["expected_organisations"], year["period_status"]) == (2, "provisional")


def test_a_declaration_takes_away_the_expectation_for_that_quarter() -> None:
    both = (block(9), block(8, trajectory="other"))
    found = published(
        sent("2024-Q1", *both),
        sent("2024-Q2", block(9), not_offered="other"),
        sent("2024-Q2", block(5, trajectory="other"), organisation="org_002"),
    )
    second = row(found, "trajectory_quarterly", period="2024-Q2", trajectory="other")
    assert (second["expected_organisations"], second["period_status"]) == (1, "complete")
    assert row(found, "national_quarterly", period="2024-Q2")["expected_organisations"] == 2


def test_a_withdrawn_delivery_is_expected_and_missing() -> None:
    found = published(
        sent("2024-Q1", block(9)), withdrawn("2024-Q2"), sent("2024-Q2", block(9), organisation="org_002")
    )
    second = row(found, "trajectory_quarterly", period="2024-Q2")
    assert (second["expected_organisations"], second["period_status"]) == (2, "provisional")


def test_an_organisation_that_stopped_is_not_expected() -> None:
    listed = [Organisation("org_001", "Een", "2023-Q1", "2024-Q1"), Organisation("org_002", "Twee")]
    both = [sent("2024-Q1", block(9)), sent("2024-Q2", block(9), organisation="org_002")]
    found = marts(both, load_reference(organisations=listed), LATER)
    second = row(found, "trajectory_quarterly", period="2024-Q2")
    assert (second["expected_organisations"], second["period_status"]) == (1, "complete")


@pytest.mark.parametrize(("today", "status"), [(date(2024, 4, 30), "provisional"), (date(2024, 5, 1), "complete")])
def test_a_quarter_is_provisional_up_to_and_including_the_day_of_its_deadline(today: date, status: str) -> None:
    found = published(sent("2024-Q1", block(9)), today=today)
    assert row(found, "trajectory_quarterly", period="2024-Q1")["period_status"] == status
    assert row(found, "trajectory_annual", period="2024")["period_status"] == "provisional"


def test_a_region_still_to_come_counts_as_a_known_0_beside_the_unknown_of_another_organisation() -> None:
    """The grid holds every region the pair *ever* delivered, so a later delivery turns NULL into 0 here."""
    before = [
        sent("2024-Q1", block(10, region="twente")),
        sent("2024-Q2", block(10, region="twente")),
        sent("2024-Q2", block(7), organisation="org_002"),
    ]
    here = {"period": "2024-Q2", "region_code": "achterhoek"}
    assert row(published(*before), "region_quarterly", **here)["clients_started"] is None
    later = sent("2024-Q3", block(10, region="twente"), block(3))
    assert row(published(*before, later), "region_quarterly", **here)["clients_started"] == 0


# What always holds -------------------------------------------------------------------------------------


def test_quarters_step_back_over_the_year() -> None:
    assert quarter_before("2024-Q1") == "2023-Q4"
    assert quarter_before("2024-Q2", 6) == "2022-Q4"
    assert [period_start(p) for p in ("2024-Q3", "2024-H2", "2024")] == [
        date(2024, 7, 1),
        date(2024, 7, 1),
        date(2024, 1, 1),
    ]


def test_two_deliveries_in_force_for_one_quarter_are_refused() -> None:
    with pytest.raises(ValueError, match="two deliveries in force"):
        published(sent("2024-Q1", block(9)), sent("2024-Q1", block(8)))


def assert_adds_up(parts: list[dict[str, Any]], whole: list[dict[str, Any]], keys: tuple[str, ...]) -> None:
    """Every additive column of the whole is the sum of the known parts.

    Where no published part is known it is unknown, or the 0 of a part that is known but not worth a row.
    """
    columns = {*QUARTERLY_COLUMNS, *PERIOD_COLUMNS} & set(whole[0] if whole else ())
    members = defaultdict(list)
    for part in parts:
        members[tuple(part[key] for key in keys)].append(part)
    for one in whole:
        for name in (name for name in columns if not name.startswith("pct_")):
            there = members[tuple(one[key] for key in keys)]
            known = [part[name] for part in there if part[name] is not None]
            if known:
                assert one[name] == pytest.approx(sum(known), rel=1e-9), name
            else:
                assert one[name] in (0, None), name


def assert_coherent(found: Marts) -> None:
    """What the contract and the method promise of any set of deliveries."""
    assert_adds_up(found["organisation_quarterly"], found["region_quarterly"], ("period", "region_code", "trajectory"))
    for frequency in ("quarterly", "half_yearly", "annual"):
        regions, trajectories = found[f"region_{frequency}"], found[f"trajectory_{frequency}"]
        assert_adds_up(regions, trajectories, ("period", "trajectory"))
        assert_adds_up(trajectories, found[f"national_{frequency}"], ("period",))
    for one in found["region_half_yearly"]:
        assert one["clients_lost"] in (0, None)
    for table in found.values():
        for one in table:
            for name in (*QUARTERLY_COLUMNS, *PERIOD_COLUMNS):
                value: Any = one.get(name)
                assert value is None or value >= 0, name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_cases())
def test_marts_of_small_cases_are_coherent(deliveries: list[Delivery]) -> None:
    assert_coherent(published(*deliveries))


@pytest.mark.parametrize("seed", range(3))
def test_marts_of_random_deliveries_are_coherent(seed: int) -> None:
    reference = load_reference(organisations=random_organisations(seed, 12))
    assert_coherent(marts(random_deliveries(seed), reference, LATER))
