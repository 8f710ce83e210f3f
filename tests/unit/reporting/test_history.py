"""What `werkmonitor history` tells: every version, what became of it, and what changed cell by cell."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
from rich.console import Console

from orchestration.home.paths import Home
from orchestration.landing.land import land
from orchestration.ledger import receipts, versions
from orchestration.ledger.receipts import Acknowledged
from orchestration.ledger.versions import Change
from orchestration.reporting import history
from tests.support.broken_files import NOW, declaration, good_rows, tidy_csv

ORGANISATION, QUARTER = "org_001", "2024-Q1"
UWV = ("drenthe", "wabz", "clients", "funding", "uwv")
UNPAID = ("drenthe", "wabz", "unpaid_work", "activity", "day_activity")


def rows(clients: str = "12") -> list[list[str]]:
    """A small delivery with one number chosen."""
    found = good_rows(ORGANISATION, QUARTER, regions=["drenthe"], trajectories=["wabz"])
    found[0][7] = clients
    return found


def without_unpaid_work() -> list[list[str]]:
    return [row for row in rows("013") if row[4] != "unpaid_work"]


@pytest.fixture(scope="module")
def told(shared_home: Home) -> Home:
    """Delivered, refused, delivered again, sent again unchanged, without a group, withdrawn."""
    withdrawn = [[ORGANISATION, QUARTER, *declaration("withdrawn")[2:]]]
    for day, sent in enumerate([rows(), rows("-1"), rows("13"), rows("13"), without_unpaid_work(), withdrawn]):
        path = shared_home.inbox / f"{day}.csv"
        path.write_text(tidy_csv(sent), encoding="utf-8")
        os.utime(path, ns=(day, day))
        land(shared_home, NOW + timedelta(days=day))
    return shared_home


def sent(home: Home) -> list[versions.Sent]:
    return versions.sent(home, receipts.read(home.receipts), ORGANISATION, QUARTER)


def text(home: Home, organisation: str = ORGANISATION) -> str:
    output = io.StringIO()
    history.show(home, organisation, QUARTER, Console(file=output, soft_wrap=True))
    return output.getvalue()


def test_every_file_of_the_quarter_is_a_line_in_order_of_landing(told: Home) -> None:
    found = [(one.receipt.file_name, one.judged.status, one.judged.version) for one in sent(told)]
    assert found == [
        ("0.csv", "accepted", 1),
        ("1.csv", "rejected", None),
        ("2.csv", "accepted", 2),
        ("3.csv", "unchanged", None),
        ("4.csv", "accepted", 3),
        ("5.csv", "accepted", 4),
    ]
    assert [one.is_in_force for one in sent(told)] == [False] * 5 + [True]


def test_what_changed_is_told_cell_by_cell_against_the_accepted_version_before(told: Home) -> None:
    changed, gone, withdrawn = (sent(told)[number].changes for number in (2, 4, 5))
    assert changed == [Change(UWV, "12", "13")]
    assert Change(UNPAID, "1", None) in gone
    assert len(gone) == 3  # "013" is 13
    assert Change(("", "", "declaration", "", "withdrawn"), None, "") in withdrawn


def test_the_page_is_dutch_and_says_when_what_and_why(told: Home) -> None:
    page = text(told)
    assert "org_001 (Voorbeeldorganisatie 001), 2024-Q1" in page
    assert "versie 1, geaccepteerd: 0.csv, ontvangen 01-07-2026 11:00, bestand 1" in page
    assert "eerste versie: 20 cellen" in page
    assert "afgekeurd: 1.csv" in page
    assert "E402 rij 2: -1 is negatief" in page
    assert "1 cel veranderd sinds de versie ervoor" in page
    assert "Drenthe, Werk als Beste Zorg (WABZ): Aantal cliënten per financiering: UWV: 12 → 13" in page
    assert "vervallen, was 1" in page
    assert "versie 4, ingetrokken (geldt nu): 5.csv" in page


def test_a_closed_warning_is_told_with_its_reason(told: Home) -> None:
    receipts.append(
        told.receipts,
        [Acknowledged("abcdef012345", ORGANISATION, QUARTER, "W101", "…", "[nagevraagd]", "An", NOW.isoformat())],
    )
    assert "[nagevraagd] (An, 01-07-2026 11:00)" in text(told)


def test_nothing_received_is_said(told: Home) -> None:
    assert "Er is niets ontvangen." in text(told, "org_002")
