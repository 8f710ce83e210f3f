"""Findings from delivery to mart: what is said of whom, what closing does, and what became of each delivery."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestration import transforming
from orchestration.closing import warnings as acknowledging
from orchestration.closing.warnings import NotClosable
from orchestration.home.paths import Home
from orchestration.landing.land import land
from orchestration.landing.raw import run_context
from orchestration.ledger import receipts
from orchestration.publishing import published_file
from orchestration.quality import across_quarters
from tests.support.broken_files import declaration, good_rows, tidy_csv
from tests.support.warehouse import read_mart

NOW = datetime(2024, 8, 1, 9, tzinfo=UTC)  # the day after the deadline of 2024-Q2
IN_TIME = datetime(2024, 7, 31, 21, 59, tzinfo=UTC)
BEFORE, QUARTER = "2024-Q1", "2024-Q2"
ORDINARY = {"regions": ["drenthe"], "trajectories": ["ips", "wabz"]}
Row = dict[str, Any]


class Monitor:
    """A home of which only the marts about deliveries are built."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._sent = 0

    def deliver(self, organisation: str, quarter: str, changes: dict[int, str] | None = None, **choices: Any) -> None:
        """A good delivery in which some numbers are others."""
        rows = good_rows(organisation, quarter, **{**ORDINARY, **choices})
        for number, value in (changes or {}).items():
            rows[number][7] = value
        self.send(rows)

    def send(self, rows: list[list[str]]) -> None:
        self._sent += 1
        path = self.home.inbox / f"{self._sent}.csv"
        path.write_text(tidy_csv(rows), encoding="utf-8")
        os.utime(path, ns=(self._sent, self._sent))

    def run(self, now: datetime = NOW) -> None:
        land(self.home, now)
        run_context.write(self.home, now)
        list(transforming.build(self.home, select=["+reporting_rates"]))
        published_file.stage(self.home)
        published_file.approve(self.home)
        published_file.release(self.home)

    def findings(self, organisation: str, quarter: str = QUARTER) -> list[Row]:
        key = (organisation, quarter)
        found = read_mart(self.home.published, "findings")
        return sorted(
            (row for row in found if (row["organisation_id"], row["period"]) == key and row["level"] != "info"),
            key=lambda row: str(row["rule"]),
        )

    def status(self, organisation: str, quarter: str = QUARTER) -> dict[str | None, Row]:
        key = (organisation, quarter)
        found = read_mart(self.home.published, "delivery_status")
        return {row["trajectory"]: row for row in found if (row["organisation_id"], row["period"]) == key}


TYPE = 5  # the row of clients by type cmd_2y: one more there, and the types add up to one more than the fundings
UNPAID = 32


def _one_more_unpaid(row: list[str]) -> list[str]:
    """What was before is not what is now: equal numbers would be warned about too (W207)."""
    return [*row[:7], str(int(row[7]) + 1)] if row[4] == "unpaid_work" else row


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Monitor:
    """Six organisations with something to say about each, and two that are as they should be."""
    monitor = Monitor(Home(tmp_path_factory.mktemp("home")).create())
    for number in range(1, 8):
        monitor.send([_one_more_unpaid(row) for row in good_rows(f"org_{number:03}", BEFORE, **ORDINARY)])
    monitor.deliver("org_001", QUARTER, {TYPE: "13"})
    monitor.deliver("org_002", QUARTER, {0: "-1"})
    monitor.deliver("org_003", QUARTER, trajectories=["ips"])
    rows = good_rows("org_004", QUARTER, **{**ORDINARY, "trajectories": ["ips"]})
    monitor.send([*rows, ["org_004", QUARTER, *declaration("not_offered", "wabz")[2:]]])
    monitor.send([["org_005", QUARTER, *declaration("withdrawn")[2:]]])
    monitor.deliver("org_006", QUARTER, regions=["achterhoek"])
    monitor.deliver("org_008", QUARTER, {0: "x"})
    land(monitor.home, IN_TIME)
    monitor.deliver("org_009", QUARTER)
    monitor.run()
    return monitor


def test_a_warning_says_where_and_what_in_dutch(monitor: Monitor) -> None:
    (one,) = monitor.findings("org_001")
    assert (one["rule"], one["level"], one["status"], one["file_status"]) == ("W101", "warning", "open", "accepted")
    assert one["location"] == "rij 7; rij 8; rij 9"
    assert (one["region_name"], one["trajectory_name"]) == ("Drenthe", "Individuele Plaatsing en Steun (IPS)")
    assert (one["found"], one["expected"]) == ("37 per type traject", "36 per financiering")


def test_every_text_of_a_finding_is_filled_in(monitor: Monitor) -> None:
    for row in read_mart(monitor.home.published, "findings"):
        assert not {"{", "}"} & set(f"{row['found']}{row['expected']}{row['message']}"), row


def test_the_reasons_of_a_rejected_file_are_findings(monitor: Monitor) -> None:
    (one,) = monitor.findings("org_002")
    assert (one["rule"], one["level"], one["status"], one["file_status"]) == ("E402", "error", "open", "rejected")


def test_a_trajectory_gone_without_a_word_is_warned_about_and_a_declared_one_is_not(monitor: Monitor) -> None:
    assert [row["rule"] for row in monitor.findings("org_003")] == ["W204"]
    assert "Werk als Beste Zorg" in monitor.findings("org_003")[0]["message"]
    assert monitor.findings("org_004") == []


def test_a_delivery_without_any_region_of_the_last_one_is_warned_about(monitor: Monitor) -> None:
    assert "W105" in {row["rule"] for row in monitor.findings("org_006")}


def test_each_delivery_has_the_status_that_became_of_it(monitor: Monitor) -> None:
    def of(organisation: str) -> dict[str | None, str]:
        return {trajectory: row["status"] for trajectory, row in monitor.status(organisation).items()}

    assert of("org_001") == {"ips": "accepted_with_warnings", "wabz": "accepted"}
    assert of("org_002") == {"ips": "rejected", "wabz": "rejected"}
    assert of("org_003") == {"ips": "accepted", "wabz": "missing"}
    assert of("org_004") == {"ips": "accepted", "wabz": "not_offered"}
    assert of("org_005") == {"ips": "withdrawn", "wabz": "withdrawn"}
    assert of("org_007") == {"ips": "missing", "wabz": "missing"}
    assert of("org_008") == {None: "rejected"}
    assert "is negatief" in monitor.status("org_002")["ips"]["rejected_why"]
    assert monitor.status("org_001", "2024-Q3") == {}


def test_in_time_is_until_the_end_of_the_day_in_amsterdam(monitor: Monitor) -> None:
    on_time = {number: monitor.status(f"org_00{number}")["ips"]["on_time"] for number in (1, 2, 9)}
    assert on_time == {1: True, 2: None, 9: False}


def test_rates_count_what_is_expected_what_came_and_what_came_in_time(monitor: Monitor) -> None:
    rates = {row["period"]: row for row in read_mart(monitor.home.published, "reporting_rates")}
    now = rates[QUARTER]
    # expected: 001 to 007, and 009, which delivers for the first time; 008 has delivered nothing yet
    counts = ("organisations_expected", "organisations_delivered", "organisations_on_time")
    assert [now[name] for name in counts] == [8, 5, 4]
    assert now["pct_organisations_delivered"] == pytest.approx(62.5)
    counts = ("deliveries_expected", "deliveries_delivered", "deliveries_on_time")
    assert [now[name] for name in counts] == [15, 8, 6]
    assert now["deadline_passed"]


def test_the_second_door_counts_the_same_warnings(monitor: Monitor) -> None:
    warnings = across_quarters.judge(monitor.home.warehouse)
    told = [row["rule"] for row in read_mart(monitor.home.published, "findings")]
    assert warnings.failed == {rule: told.count(rule) for rule in across_quarters.RULES}
    assert warnings.crashed == {}
    assert warnings.failed["W204"] == 1 < warnings.checked["W204"]


def test_an_error_cannot_be_closed_nor_what_nobody_knows(monitor: Monitor) -> None:
    before = monitor.home.receipts.read_bytes()
    error = str(monitor.findings("org_002")[0]["finding_id"])
    warning = str(monitor.findings("org_001")[0]["finding_id"])
    wrong = [(error, "ja", "An"), ("abcdef012345", "ja", "An"), (warning, " ", "An"), (warning, "ja", "")]
    for finding_id, reason, by in wrong:
        with pytest.raises(NotClosable):
            acknowledging.acknowledge(monitor.home, finding_id, reason, by, NOW)
    assert monitor.home.receipts.read_bytes() == before


def test_a_reason_outlives_new_versions_until_its_cells_change(monitor: Monitor) -> None:
    home = monitor.home
    (warning,) = monitor.findings("org_001")
    acknowledging.acknowledge(home, str(warning["finding_id"]), "één cliënt  heeft\ntwee typen", "An", NOW)
    (absent,) = monitor.findings("org_003")
    acknowledging.acknowledge(home, str(absent["finding_id"]), "gestopt", "An", NOW)
    assert len(receipts.read(home.receipts).acknowledged) == 2

    # another number changed, and the rows in another order
    rows = good_rows("org_001", QUARTER, **ORDINARY)
    rows[TYPE][7] = "13"
    rows[UNPAID][7] = "9"
    monitor.send(rows[::-1])
    monitor.run()
    (again,) = monitor.findings("org_001")
    assert (again["finding_id"], again["status"]) == (warning["finding_id"], "acknowledged")
    assert (again["reason"], again["acknowledged_by"]) == ("één cliënt heeft twee typen", "An")
    assert again["location"] != warning["location"]
    assert monitor.status("org_001")["ips"]["status"] == "accepted_with_warnings"
    assert monitor.status("org_001")["ips"]["warnings_open"] == 0

    # made anew from the archive, and then the cell itself changed
    before = read_mart(home.published, "findings")
    home.warehouse.unlink()
    monitor.deliver("org_001", QUARTER, {TYPE: "14"})
    monitor.run(NOW + timedelta(days=1))
    (other,) = monitor.findings("org_001")
    assert other["finding_id"] != warning["finding_id"]
    assert (other["status"], other["reason"]) == ("open", None)
    others = [row for row in before if row["organisation_id"] != "org_001"]
    assert [row for row in read_mart(home.published, "findings") if row["organisation_id"] != "org_001"] == others
