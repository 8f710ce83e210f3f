"""The committed sample deliveries give the published tables. The solver is not run here: the files are the result."""

from __future__ import annotations

from collections import Counter

import pytest

from reconstruction.structure import QUARTERS, WALK
from reconstruction.targets import FUNDING, Targets
from tests.support.oracle import Delivery, Row

YEARS = ("2023", "2024")
Cells = Counter[tuple[str, str, str, str, str]]
Marts = dict[str, list[Row]]

LEVELS = ("clients_active", "clients_started", "clients_ended", "ended_with_result", "ended_without_result")
WORK = ("paid_work", "durable_paid_work", "ever_paid_work")
UNPAID = {
    "unpaid_day_activity": "day_activity",
    "unpaid_volunteer_or_wep": "volunteer_or_work_experience",
    "unpaid_trial_placement": "trial_placement",
}
TRAJECTORIES = ("ips", "wabz", "jobcoaching", "uwv_werkfit", "uwv_naar_werk", "other")


def value(computed: Marts, period: str, trajectory: str, measure: str) -> object:
    mart = "annual" if len(period) == 4 else "quarterly"
    level = "national" if trajectory == "all" else "trajectory"
    rows = computed[f"{level}_{mart}"]
    return next(r[measure] for r in rows if r["period"] == period and r.get("trajectory", "all") == trajectory)


def of_region(computed: Marts, region: str, year: str) -> list[Row]:
    return [r for r in computed["region_annual"] if r["region_code"] == region and r["period"] == year]


# Tabel 3.1 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["clients_active", "clients_started"])
@pytest.mark.parametrize("group", ["ips", "non_ips"])
@pytest.mark.parametrize("year", YEARS)
def test_every_region_has_the_clients_of_tabel_3_1(
    computed: Marts, targets: Targets, year: str, group: str, measure: str
) -> None:
    for region in WALK:
        rows = [r for r in of_region(computed, region, year) if (r["trajectory"] == "ips") == (group == "ips")]
        known = [r[measure] for r in rows if r[measure] is not None]
        assert (sum(known) if known else None) == targets.region(region, group, year, measure), region


@pytest.mark.parametrize("year", YEARS)
def test_every_region_has_the_percentage_of_tabel_3_1_to_its_decimal(
    computed: Marts, targets: Targets, year: str
) -> None:
    for region in WALK:
        rows = of_region(computed, region, year)
        ended = sum(r["clients_ended"] or 0 for r in rows)
        with_result = sum(r["ended_with_result"] or 0 for r in rows)
        percentage = round(100 * with_result / ended, 1) if ended else None
        assert percentage == targets.region_percentage(region, year), region


def test_every_region_has_the_providers_of_tabel_3_1_in_each_year(deliveries: list[Delivery], targets: Targets) -> None:
    for year in YEARS:
        pairs = {
            (key[0], delivery.organisation_id)
            for delivery in deliveries
            if delivery.quarter.startswith(year)
            for key in delivery.cells
        }
        assert Counter(region for region, _ in pairs) == targets.providers


# 2025-Q1 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trajectory", [*TRAJECTORIES, "all"])
def test_2025_q1_has_the_printed_levels(computed: Marts, targets: Targets, trajectory: str) -> None:
    for measure in (*LEVELS, *WORK, "started_paid_work", "stopped_paid_work", "in_education"):
        printed = targets.national.get(("2025Q1", "NL", trajectory, "", measure))
        if printed is None or (trajectory, measure) == ("all", "durable_paid_work"):
            continue
        name = f"{measure}_all_trajectories" if trajectory == "all" and measure in WORK else measure
        assert value(computed, "2025-Q1", trajectory, name) == printed, measure


def test_2025_q1_has_werkfit_and_naar_werk_together_as_implied(computed: Marts, targets: Targets) -> None:
    for measure in ("clients_active", "clients_started", "clients_ended"):
        both = sum(value(computed, "2025-Q1", name, measure) for name in ("uwv_werkfit", "uwv_naar_werk"))
        assert both == targets.count("2025-Q1", "werkfit_and_naar_werk", measure)


def test_2025_q1_is_delivered_by_41_organisations_11_with_jobcoaching_2_with_wabz(computed: Marts) -> None:
    counts = [value(computed, "2025-Q1", name, "organisations") for name in ("all", "jobcoaching", "wabz")]
    assert counts == [41, 11, 2]


@pytest.mark.parametrize("trajectory", ["ips", "wabz", "jobcoaching", "other"])
def test_2025_q1_has_the_printed_funding(cells: Cells, targets: Targets, trajectory: str) -> None:
    for code, word in FUNDING.items():
        printed = targets.count("2025-Q1", trajectory, "clients_active", f"funding={word}")
        assert cells["2025-Q1", trajectory, "clients", "funding", code] == printed


def test_2025_q1_has_the_printed_types_and_their_shares_of_the_known(cells: Cells, targets: Targets) -> None:
    found = {name: cells["2025-Q1", "ips", "clients", "type", name] for name in ("epa_3y", "cmd_2y", "other_type")}
    known = sum(found.values())
    for name in ("epa_3y", "cmd_2y"):
        word = f"type={name}"
        assert found[name] == targets.count("2025-Q1", "ips", "clients_active", word)
        assert round(100 * found[name] / known, 1) == targets.figure("2025-Q1", "ips", "share_of_active", word)


@pytest.mark.parametrize("trajectory", ["ips", "wabz", "other"])
def test_2025_q1_has_the_printed_unpaid_work(cells: Cells, targets: Targets, trajectory: str) -> None:
    for figure, activity in UNPAID.items():
        found = cells["2025-Q1", trajectory, "unpaid_work", "activity", activity]
        assert found == targets.count("2025-Q1", trajectory, figure)


def test_2025_q1_has_the_printed_reasons_of_outflow(cells: Cells, targets: Targets) -> None:
    words = {
        "paid_work_at_end": "paid_work_at_end",
        "paid_work_before_end": "worked_during_not_at_end",
        "never_paid_work": "never_worked",
    }
    for trajectory in ("ips", "wabz"):
        for category, word in words.items():
            printed = targets.count("2025-Q1", trajectory, "clients_ended", f"outflow={word}")
            assert cells["2025-Q1", trajectory, "ended", "work", category] == printed


def test_2025_q1_has_the_printed_job_durations_and_times_to_the_first_job(cells: Cells, targets: Targets) -> None:
    for category, word in (("lt_6_months", "lt_6m"), ("6_to_12_months", "6_to_12m"), ("gt_12_months", "gt_12m")):
        printed = targets.count("2025-Q1", "jobcoaching", "job_duration", f"duration={word}")
        assert cells["2025-Q1", "jobcoaching", "job_duration", "duration", category] == printed
    times = {"lt_3_months": "lt_3m", "3_to_9_months": "3_to_9m", "gt_9_months": "gt_9m"}
    key = ("2025-Q1", "ips", "time_to_first_job", "duration")
    whole = sum(cells[*key, category] for category in times)
    for category, word in times.items():
        printed = targets.figure("2025-Q1", "ips", "time_to_first_job", f"time={word}")
        assert round(100 * cells[*key, category] / whole, 1) == printed


def test_2025_q1_has_the_printed_flows_of_education_and_municipal_paid_work(
    computed: Marts, cells: Cells, targets: Targets
) -> None:
    for measure in ("started_education", "stopped_education"):
        assert value(computed, "2025-Q1", "ips", measure) == targets.count("2025-Q1", "ips", measure)
    working = cells["2025-Q1", "ips", "paid_work", "funding", "municipality"]
    clients = cells["2025-Q1", "ips", "clients", "funding", "municipality"]
    printed = targets.figure("2025-Q1", "ips", "pct_paid_work", "funding=gemeente")
    assert round(100 * working / clients, 1) == printed


# Earlier quarters --------------------------------------------------------------------------------------


@pytest.mark.parametrize("quarter", ["2024-Q1", "2024-Q4"])
def test_the_levels_that_follow_from_the_printed_changes(computed: Marts, targets: Targets, quarter: str) -> None:
    checked = 0
    for measure in ("clients_active", "clients_ended", *WORK, "in_education"):
        for trajectory in (*TRAJECTORIES, "all"):
            printed = targets.national.get((quarter.replace("-Q", "Q"), "NL", trajectory, "", measure))
            if printed is not None:
                assert value(computed, quarter, trajectory, measure) == printed, (trajectory, measure)
                checked += 1
    assert checked >= 8


def test_2024_q4_has_the_printed_percentages(computed: Marts) -> None:
    assert round(value(computed, "2024-Q4", "all", "pct_ended_with_result"), 1) == 50.5
    assert round(value(computed, "2024-Q4", "all", "pct_paid_work_all_trajectories"), 1) == 36.9
    assert round(value(computed, "2024-Q4", "ips", "pct_paid_work"), 1) == 36.7


def test_2022_q4_has_the_figures_of_the_first_report(
    computed: Marts, cells: Cells, deliveries: list[Delivery], targets: Targets
) -> None:
    for measure in ("clients_active", "clients_ended", *WORK[:2], "started_paid_work", "stopped_paid_work"):
        assert value(computed, "2022-Q4", "ips", measure) == targets.count("2022-Q4", "ips", measure)
    regions = {key[0] for delivery in deliveries if delivery.quarter == "2022-Q4" for key in delivery.cells}
    assert len(regions) == targets.count("2022-Q4", "ips", "regions_in_report")
    clients = [cells["2022-Q4", "ips", "clients", "stage", s] for s in ("requested", "approved", "orientation")]
    assert clients == [60, 1489, 423]
    ended = [cells["2022-Q4", "ips", "ended", "stage", s] for s in ("requested", "approved", "orientation")]
    assert ended == [4, 156, 80]
    reasons = ("paid_work_at_end", "not_in_paid_work_at_end", "unknown")
    assert [cells["2022-Q4", "ips", "ended", "work", reason] for reason in reasons] == [75, 77, 8]
    for code, word in FUNDING.items():
        share = 100 * cells["2022-Q4", "ips", "clients", "funding", code] / 1549
        assert round(share, 1) == targets.figure("2022-Q4", "ips", "share_of_active", f"funding={word}")


# Years -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "ended", "with_result"), [("2023", 2197, 1073), ("2024", 2970, 1573)])
def test_the_years_have_the_national_totals_ended(computed: Marts, year: str, ended: int, with_result: int) -> None:
    """2024's with result is printed as 1 537: two digits exchanged, as the rows of Tabel 1.4 show."""
    assert value(computed, year, "all", "clients_ended") == ended
    assert value(computed, year, "all", "ended_with_result") == with_result


@pytest.mark.parametrize("year", YEARS)
def test_the_years_have_the_printed_outflow_per_trajectory(computed: Marts, targets: Targets, year: str) -> None:
    for trajectory in TRAJECTORIES:
        assert value(computed, year, trajectory, "clients_ended") == targets.count(year, trajectory, "clients_ended")
        printed = targets.figure(year, trajectory, "pct_ended_with_result")
        assert round(value(computed, year, trajectory, "pct_ended_with_result"), 1) == printed


@pytest.mark.parametrize("year", YEARS)
def test_the_years_have_the_printed_work_and_education(computed: Marts, targets: Targets, year: str) -> None:
    for measure in ("paid_work", "durable_paid_work", "started_paid_work", "stopped_paid_work"):
        found = sum(value(computed, year, name, measure) for name in ("ips", "wabz", "other"))
        assert round(found) == targets.count(year, "ips_wabz_other", measure), measure
    for measure in ("in_education", "started_education", "stopped_education"):
        assert value(computed, year, "ips", measure) == targets.count(year, "ips", measure)


@pytest.mark.parametrize("year", YEARS)
def test_the_years_have_the_printed_clients_where_tabel_3_1_leaves_room(
    computed: Marts, targets: Targets, year: str
) -> None:
    for trajectory in ("wabz", "jobcoaching", "other", "uwv_naar_werk"):
        for measure in ("clients_active", "clients_started"):
            assert value(computed, year, trajectory, measure) == targets.count(year, trajectory, measure)


def test_the_regions_of_tabel_3_1_keep_the_nation_below_its_printed_total(computed: Marts) -> None:
    """The printed national figures are not the sums of the printed regions; the method only knows sums."""
    assert [value(computed, year, "all", "clients_active") for year in YEARS] == [7263, 8810]


# As in life --------------------------------------------------------------------------------------------


def test_the_sample_holds_first_deliveries_gaps_and_trajectories_given_up(deliveries: list[Delivery]) -> None:
    quarters: dict[str, list[str]] = {}
    for delivery in deliveries:
        quarters.setdefault(delivery.organisation_id, []).append(delivery.quarter)
    assert len({min(found) for found in quarters.values()}) >= 4
    gaps = [
        organisation
        for organisation, found in quarters.items()
        if QUARTERS.index(max(found)) - QUARTERS.index(min(found)) + 1 > len(found)
    ]
    assert len(gaps) == 3
    assert sum(delivery.not_offered("jobcoaching") for delivery in deliveries) > 20


def test_some_clients_vanish_and_some_turn_up_between_quarters(computed: Marts) -> None:
    for measure in ("clients_lost", "clients_left_uncounted"):
        assert 0 < sum(row[measure] or 0 for row in computed["trajectory_quarterly"]) < 400
