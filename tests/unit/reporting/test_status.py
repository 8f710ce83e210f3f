"""`werkmonitor status` says why a quarter is provisional, and what other programs do to the published file."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from orchestration.home.paths import Home
from tests.support.commands import werkmonitor_here as here

QUARTERS = {"2024-Q3": date(2024, 10, 31), "2024-Q4": date(2025, 1, 31), "2025-Q1": date(2025, 4, 30)}
SCHEMA = """
    create schema marts;
    create table marts.published_state as select
        timestamp '2025-02-15 12:00' as built_at, '1' as code_version, '1' as method_version,
        2 as deliveries_in_force, 'org_001' as newest_delivery;
    create table marts.national_quarterly
        (period varchar, organisations int, expected_organisations int, clients_active int, period_status varchar);
    create table marts.reporting_rates (
        period varchar, deadline date, deadline_passed boolean, organisations_expected int,
        pct_organisations_delivered double, pct_organisations_on_time double
    );
    create table marts.delivery_status (
        organisation_id varchar, period varchar, trajectory varchar, deadline date, deadline_passed boolean,
        expected boolean, delivered boolean, version int, status varchar
    );
    create table marts.findings (
        finding_id varchar, organisation_id varchar, period varchar, rule varchar, location varchar, message varchar,
        level varchar, file_status varchar, status varchar
    );
"""
Silent = tuple[str, str, str, str]  # quarter, organisation, trajectory, status


def publish(home: Home, silent: list[Silent], running: tuple[str, ...] = ()) -> None:
    """A published file in which these deliveries are expected and not there."""
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(SCHEMA)
        for quarter, deadline in QUARTERS.items():
            passed, missing = quarter not in running, any(one[0] == quarter for one in silent)
            state = "complete" if passed and not missing else "provisional"
            if quarter != "2025-Q1":  # nobody delivered yet: that quarter has no row among the figures
                connection.execute("insert into marts.national_quarterly values (?, 1, 2, 10, ?)", [quarter, state])
            connection.execute(
                "insert into marts.reporting_rates values (?, ?, ?, 2, 50, 50)", [quarter, deadline, passed]
            )
        for quarter, organisation, trajectory, status in silent:
            connection.execute(
                "insert into marts.delivery_status values (?, ?, ?, ?, ?, true, false, null, ?)",
                [organisation, quarter, trajectory, QUARTERS[quarter], quarter not in running, status],
            )


def why(output: str) -> list[str]:
    return [line for line in output.splitlines() if "voorlopig:" in line]


def test_a_provisional_quarter_names_who_is_silent_about_which_trajectory(home: Home) -> None:
    silent = [
        ("2024-Q4", "org_002", "ips", "missing"),
        ("2024-Q4", "org_002", "jobcoaching", "missing"),
        ("2024-Q4", "org_001", "ips", "rejected"),
    ]
    publish(home, silent)
    assert why(here(home, "status")) == [
        "2024-Q4 is voorlopig: niet ontvangen: org_001 (ips, afgekeurd), org_002 (ips; jobcoaching)."
    ]


def test_a_quarter_of_which_the_deadline_has_not_passed_says_until_when(home: Home) -> None:
    publish(home, [("2025-Q1", "org_002", "ips", "missing")], running=("2024-Q4", "2025-Q1"))
    assert why(here(home, "status")) == [
        "2024-Q4 is voorlopig: de termijn loopt tot en met 31 januari 2025.",
        "2025-Q1 is voorlopig: de termijn loopt tot en met 30 april 2025; niet ontvangen: org_002 (ips).",
    ]


def test_a_quarter_that_nobody_delivered_is_in_the_table_too(home: Home) -> None:
    publish(home, [("2025-Q1", "org_001", "ips", "missing")])
    (row,) = [line for line in here(home, "status").splitlines() if line.strip().startswith("2025-Q1 ") and "%" in line]
    assert row.rstrip().endswith("voorlopig")


def test_many_are_counted_and_named_when_the_quarter_is_asked_for(home: Home) -> None:
    publish(home, [("2024-Q3", f"org_{number:03}", "ips", "missing") for number in range(1, 16)])
    (short,) = why(here(home, "status"))
    assert "org_010 (ips), en nog 5 (`werkmonitor status --quarter 2024-Q3`)." in short and "org_011" not in short
    (whole,) = why(here(home, "status", "--quarter", "2024-Q3"))
    assert "org_015 (ips)." in whole


def test_a_quarter_of_which_nothing_came_is_not_a_list_of_everybody(home: Home) -> None:
    publish(home, [("2024-Q3", f"org_{number:03}", "ips", "missing") for number in range(1, 16)])
    with duckdb.connect(str(home.published)) as connection:
        connection.execute("update marts.reporting_rates set pct_organisations_delivered = 0")
    (line,) = why(here(home, "status"))
    assert "van alle 15 verwachte organisaties is niets ontvangen" in line


def test_when_all_is_complete_nothing_is_said(home: Home) -> None:
    publish(home, [])
    assert why(here(home, "status")) == []


@pytest.mark.parametrize("name", ["werkmonitor.duckdb.wal", "werkmonitor.duckdb.a\x1b[2Jb"])
def test_what_lies_beside_the_published_file_is_told(home: Home, name: str) -> None:
    publish(home, [])
    home.published.with_name(name).write_bytes(b"")
    output = here(home, "status")
    assert "ligt naast de publicatie" in output and "\x1b" not in output


def test_a_quarter_that_nobody_delivered_is_no_column_of_dashes(home: Home) -> None:
    publish(home, [("2025-Q1", f"org_00{number}", "ips", "missing") for number in (1, 2)])
    output = here(home, "status")
    assert "Nog van niemand ontvangen: 2025-Q1." in output
    assert "Leveringen per organisatie" not in output
