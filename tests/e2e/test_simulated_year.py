"""A year of 41 organisations in which all that goes wrong in years goes wrong; it ends as if nothing had.

The tests are that year, in this order. The real sensors and schedules decide whether a run starts; what runs is a real
process, and what dies is killed. Of dbt's builds the data tests are left out: this is about which numbers come out.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from random import Random

import duckdb
import pytest
from dagster import DagsterRunStatus

from orchestration.definitions.jobs import ANNUAL_ROLLUP
from orchestration.home.paths import Home
from orchestration.landing.land import land
from orchestration.ledger import receipts
from orchestration.running.instance import open_instance
from tests.support.commands import Marts, Running, deliver, published_marts
from tests.support.simulated_year import Year, amsterdam, at, do_run, small_delivery

pytestmark = pytest.mark.extra
ORGANISATIONS = [f"org_{number:03d}" for number in range(1, 42)]
SEED = 2025
CLOSED_AT = amsterdam("2026-02-02T07:00")


@pytest.fixture(scope="module")
def year(shared_home: Home) -> Iterator[Year]:
    with open_instance(shared_home) as instance:
        yield Year(shared_home, instance, ORGANISATIONS)


def send(year: Year, quarter: str, organisations: list[str], moment: datetime, version: int = 1) -> None:
    """Let these organisations send their quarter, a minute after one another."""
    for number, organisation in enumerate(organisations):
        content = small_delivery(organisation, quarter, version)
        year.send(content, f"{organisation}_{quarter}_v{version}.csv", moment + timedelta(minutes=number))


def crash(running: Running, line: str, within: float) -> None:
    """Kill -9, at a moment that chance picks after a line of its output; it must be at work still."""
    running.wait_for(line)
    time.sleep(Random(f"{SEED} {line}").uniform(0, within))
    assert running.poll() is None, f"over before it was killed: {running.output()}"
    running.kill()


def published(home: Home, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        return connection.sql(query).fetchall()


def delivered(home: Home, quarter: str) -> object:
    query = "select organisations_delivered from marts.reporting_rates"
    ((found,),) = published(home, f"{query} where period = '{quarter}'")
    return found


def test_spring_the_run_after_the_deadline_is_killed_and_the_inbox_sensor_finishes_its_work(year: Year) -> None:
    send(year, "2025-Q1", ORGANISATIONS[:38], amsterdam("2025-04-28T09:00"))
    morning = amsterdam("2025-05-01T06:00")
    crash(year.start("after_the_deadline", morning), "Cijfers berekenen", 2)
    assert not year.home.published.exists()
    year.look("dead_runs", morning + timedelta(minutes=1))
    assert [run.status for run in year.instance.get_runs()] == [DagsterRunStatus.FAILURE]
    year.run("inbox", morning + timedelta(minutes=2))
    assert delivered(year.home, "2025-Q1") == 38
    assert year.look("inbox", morning + timedelta(minutes=9)) is None
    assert year.look("after_the_deadline", morning + timedelta(days=1)) is None


def test_summer_the_disk_fills_up_and_the_next_morning_all_is_done(year: Year) -> None:
    """In between came late and corrected deliveries of the spring, one of them refused, one twice."""
    send(year, "2025-Q1", ORGANISATIONS[38:], amsterdam("2025-05-20T10:00"))
    send(year, "2025-Q1", ORGANISATIONS[3:9], amsterdam("2025-06-02T10:00"), version=2)
    send(year, "2025-Q2", ORGANISATIONS[1:], amsterdam("2025-07-29T10:00"))
    refused = small_delivery("org_001", "2025-Q2").replace(",clients,", ",klanten,")
    year.send(refused, "org_001 per ongeluk.csv", amsterdam("2025-07-30T10:00"))
    year.send(small_delivery("org_002", "2025-Q2"), "org_002 nog eens.csv", amsterdam("2025-07-30T11:00"))
    before = year.home.published.read_bytes()
    morning = amsterdam("2025-08-01T06:00")
    full = year.start("after_the_deadline", morning, disk_full_from="Cijfers berekenen")
    output = full.wait()
    assert full.returncode == 1, output
    assert "No space left on device" in output and "De schijf is vol." in output
    assert year.home.published.read_bytes() == before
    year.look("dead_runs", morning + timedelta(minutes=1))
    year.run("after_the_deadline", morning + timedelta(days=1))
    assert delivered(year.home, "2025-Q1") == 41
    assert delivered(year.home, "2025-Q2") == 40


def test_autumn_a_second_run_is_killed_while_the_clock_is_wrong_and_what_came_last_still_counts(year: Year) -> None:
    send(year, "2025-Q2", ORGANISATIONS[:1], amsterdam("2025-08-20T09:00"), version=2)
    send(year, "2025-Q3", ORGANISATIONS, amsterdam("2025-10-31T08:00"))
    before = year.home.published.read_bytes()
    # half past eleven in the evening of the deadline, on a clock that runs an hour ahead
    crash(year.start("inbox", amsterdam("2025-11-01T00:30")), "Cijfers berekenen", 3)
    assert year.home.published.read_bytes() == before
    # twenty minutes later, on a clock that was put right: this lands before what it corrects
    send(year, "2025-Q3", ORGANISATIONS[10:12], amsterdam("2025-10-31T23:40"), version=2)
    year.look("dead_runs", amsterdam("2025-10-31T23:49"))
    year.run("inbox", amsterdam("2025-10-31T23:50"))
    received = receipts.read(year.home.receipts).received
    newest = max(received)
    assert received[newest].landed_at < received[newest - 2].landed_at
    assert delivered(year.home, "2025-Q2") == delivered(year.home, "2025-Q3") == 41
    query = "select distinct version from marts.delivery_status where period = '2025-Q3' and organisation_id = "
    assert published(year.home, f"{query}'org_011'") == [(2,)]


def test_winter_the_year_is_complete_after_its_last_deadline_and_is_closed_by_itself(year: Year) -> None:
    send(year, "2025-Q3", ORGANISATIONS[20:23], amsterdam("2025-12-01T09:00"), version=2)
    send(year, "2025-Q4", ORGANISATIONS, amsterdam("2026-01-30T09:00"))
    send(year, "2025-Q4", ORGANISATIONS[30:33], amsterdam("2026-01-31T09:00"), version=2)
    morning = amsterdam("2026-02-01T06:00")
    year.run("after_the_deadline", morning)
    assert year.look("inbox", morning + timedelta(minutes=9)) is None
    assert year.look("after_the_deadline", morning + timedelta(days=1)) is None
    year.run("when_the_year_is_complete", CLOSED_AT)
    assert year.look("when_the_year_is_complete", CLOSED_AT + timedelta(days=1)) is None
    query = "select year_status, period_status from marts.national_annual where period = '2025'"
    assert published(year.home, query) == [("closed", "complete")]


def test_nothing_was_lost_and_nothing_is_there_twice(year: Year) -> None:
    assert [path.name for path in year.home.inbox.iterdir() if not path.name.startswith(".")] == []
    lines = [json.loads(line) for line in year.home.receipts.read_text().splitlines()]
    received = [line for line in lines if line["kind"] == "received"]
    assert Counter(line["file_name"] for line in received) == Counter(list(year.sent))
    kept = {line["file_name"]: (year.home.archive / line["archived_as"]).read_text() for line in received}
    assert kept == year.sent
    in_archive = {str(path.relative_to(year.home.archive)) for path in year.home.archive.glob("*/*")}
    closed = {f"years/{line['counts_sha256']}.csv.gz" for line in lines if line["kind"] == "year_closed"}
    assert in_archive - closed == {line["archived_as"] for line in received}
    assert closed <= in_archive
    assert len(in_archive - closed) == len(set(year.sent.values()))
    judged = Counter(line["receipt"] for line in lines if line["kind"] == "judged")
    assert judged == Counter(line["receipt"] for line in received)
    statuses = Counter(line["status"] for line in lines if line["kind"] == "judged")
    assert statuses == {"accepted": len(year.sent) - 2, "rejected": 1, "unchanged": 1}


def test_the_marts_are_those_of_a_single_clean_run_over_the_final_files(year: Year, ready_home: Home) -> None:
    for moment, files in groupby(final_files(year.home), key=lambda one: one.landed_at):
        for one in files:
            deliver(ready_home, year.sent[one.file_name], one.file_name, modified=one.modified_ns / 1e9)
        reference = (year.home.reference / "organisations.csv").read_text()
        ready_home.reference.mkdir(exist_ok=True)
        (ready_home.reference / "organisations.csv").write_text(reference)
        land(ready_home, datetime.fromisoformat(moment))
    clean = at(CLOSED_AT, ready_home, partial(do_run, ready_home, ANNUAL_ROLLUP, "2025", {}))
    clean.wait()
    assert clean.returncode == 0, clean.output()
    assert comparable(year.home) == comparable(ready_home)


def final_files(home: Home) -> list[receipts.Receipt]:
    """What counts in the end: each organisation's quarter as it was accepted last, in order of landing."""
    ledger = receipts.read(home.receipts)
    accepted = [one for _, one in sorted(ledger.judged.items()) if one.status == "accepted"]
    newest = {(one.organisation_id, one.quarter): one.receipt for one in accepted}
    return [ledger.received[number] for number in sorted(newest.values())]


# what the final files alone do not know: how many there were before them, and when the first of them landed
OF_THE_HISTORY = {
    "delivery_status": "version, on_time, files_rejected",
    "reporting_rates": """
        organisations_on_time, pct_organisations_on_time, deliveries_on_time, pct_deliveries_on_time
    """,
    "published_state": "newest_delivery",
}


def comparable(home: Home) -> Marts:
    """Every row of every mart, less those columns; of findings, those that are in force."""
    marts = published_marts(home.published)
    for mart, columns in OF_THE_HISTORY.items():
        marts[mart] = published(home, f"select * exclude ({columns}) from marts.{mart} order by all")
    return marts
