"""A data manager closes a year: refused while deliveries are missing, closed with a reason, revised by a correction."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.ledger import receipts
from orchestration.publishing.rows import rows
from tests.support.broken_files import good_delivery
from tests.support.commands import deliver, published_marts
from tests.support.commands import werkmonitor_here as werkmonitor

pytestmark = pytest.mark.usefixtures("without_data_tests")


@pytest.fixture(scope="module")
def year(shared_home: Home) -> Home:
    """Two organisations; the second leaves the third quarter out and has its file for the fourth rejected."""
    for organisation, quarters in (("org_001", "1234"), ("org_002", "12")):
        for quarter in quarters:
            name = f"{organisation}_2024-Q{quarter}"
            deliver(shared_home, good_delivery(organisation, f"2024-Q{quarter}"), f"{name}.csv")
    broken = good_delivery("org_002", "2024-Q4").replace(",ips,", ",onbekend,")
    deliver(shared_home, broken, "org_002_2024-Q4.csv")
    return shared_home


def status(home: Home) -> list[str]:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        rows = connection.execute(
            "select distinct year_status from marts.region_annual where period = '2024'"
        ).fetchall()
    return [word for (word,) in rows]


def changed(home: Home, mart: str) -> list[dict[str, Any]]:
    """What a mart says is other since the year was closed."""
    with duckdb.connect(str(home.published), read_only=True) as connection:
        return rows(connection, f"from marts.{mart} where period = '2024'")


def test_an_incomplete_year_is_refused_naming_what_is_missing_and_nothing_is_published(year: Home) -> None:
    output = werkmonitor(year, "rollup", "--year", "2024", expect=1)
    assert "org_002 2024-Q3" in output and "niet ontvangen" in output
    assert "org_002 2024-Q4" in output and "afgekeurd" in output
    assert "org_001" not in output.split("ontbreken:")[1]
    assert not year.published.exists()


def test_a_year_that_is_still_running_is_refused(year: Home) -> None:
    assert "loopt nog" in werkmonitor(year, "rollup", "--year", "2027", expect=1)


def test_the_year_stays_open_in_a_quarterly_run(year: Home) -> None:
    werkmonitor(year, "run")
    assert status(year) == ["open"]


def test_with_a_reason_the_incomplete_year_is_closed_and_the_reason_is_kept(year: Home) -> None:
    werkmonitor(year, "rollup", "--year", "2024", "--accept-missing", "--reason", "fusie")
    assert status(year) == ["closed"]
    assert [closing.reason for closing in receipts.read(year.receipts).years_closed] == ["fusie"]


def test_it_stays_closed_and_every_number_the_same_after_a_rebuild(year: Home) -> None:
    before = published_marts(year.published)
    werkmonitor(year, "rebuild")
    assert status(year) == ["closed"]
    assert published_marts(year.published) == before


def test_a_delivery_that_changes_no_figure_of_it_leaves_it_closed(year: Home) -> None:
    """A region more, with zeros, in a later quarter: the grid of the year grows, and no figure of it changes."""
    later = good_delivery("org_001", "2025-Q1")
    elsewhere = [line for line in later.splitlines()[1:] if ",achterhoek," in line]
    zeros = [f"{line.replace(',achterhoek,', ',twente,').rpartition(',')[0]},0" for line in elsewhere]
    assert zeros
    deliver(year, later + "".join(f"{line}\n" for line in zeros), "org_001_2025-Q1.csv")
    werkmonitor(year, "run")
    assert status(year) == ["closed"]
    assert changed(year, "closed_years_changed") == []


def test_a_correction_that_changes_the_values_turns_it_revised_and_is_named_once(
    year: Home, caplog: pytest.LogCaptureFixture
) -> None:
    deliver(year, good_delivery("org_002", "2024-Q3"), "org_002_2024-Q3.csv")
    werkmonitor(year, "run")
    assert status(year) == ["revised"]
    told = changed(year, "closed_years_changed")[0]
    assert told["changed_by"] == "levering" and told["deliveries"].startswith("org_002 2024-Q3 (versie 1, bestand ")
    figures = changed(year, "closed_figures_changed")
    assert len(figures) == told["counts_changed"] > 0
    assert {one["organisation_id"] for one in figures} == {None, "org_002"}
    assert caplog.text.count("is herzien") == 1
    werkmonitor(year, "run")
    assert caplog.text.count("is herzien") == 1
    assert "org_002 2024-Q3 (versie 1" in werkmonitor(year, "status")


def test_without_the_counts_that_were_kept_it_cannot_be_said_what_changed(
    year: Home, caplog: pytest.LogCaptureFixture
) -> None:
    (kept,) = (year.archive / "years").iterdir()
    whole = kept.read_bytes()
    kept.unlink()
    assert "2024 is afgesloten" in werkmonitor(year, "check", expect=1)
    werkmonitor(year, "run")
    assert "is niet te herleiden" in caplog.text and "ontbreekt years/" in caplog.text
    assert changed(year, "closed_years_changed")[0]["changed_by"] == "niet te herleiden"
    assert changed(year, "closed_figures_changed") == []
    kept.write_bytes(whole)
    werkmonitor(year, "rebuild")
    assert changed(year, "closed_years_changed")[0]["changed_by"] == "levering"


def test_closing_it_again_closes_the_corrected_values(year: Home) -> None:
    deliver(year, good_delivery("org_002", "2024-Q4"), "org_002_2024-Q4_hersteld.csv")
    werkmonitor(year, "rollup", "--year", "2024")
    assert status(year) == ["closed"]
    assert changed(year, "closed_years_changed") == changed(year, "closed_figures_changed") == []
