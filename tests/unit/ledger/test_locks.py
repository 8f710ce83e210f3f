"""What is in force while a quarter is definitive: what its lock names, until it is reopened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.ledger import receipts
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Judged, Ledger, QuarterLocked, Receipt, Reopened, YearClosed

NOW = "2026-01-01T00:00:00+00:00"


def received(number: int, content: str = "") -> Receipt:
    return Receipt(number, content or f"{number:064x}", f"{number}.csv", f"{number}.csv", 1, 1, 1, number, NOW)


def accepted(number: int, organisation: str, quarter: str = "2024-Q4", version: int = 1) -> Judged:
    return Judged(number, "accepted", organisation, quarter, version, [])


def lock(*held: tuple[str, int | None], quarter: str = "2024-Q4") -> QuarterLocked:
    named = [
        {"organisation_id": one, "receipt": number, "version": 1, "sha256": number and f"{number:064x}"}
        for one, number in held
    ]
    return QuarterLocked(quarter, f"{quarter}.r1", named, NOW)


def ledger_of(path: Path, *entries: receipts.Entry) -> Ledger:
    receipts.append(path, entries)
    return receipts.read(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "receipts.jsonl"


def first(path: Path) -> Ledger:
    """Org a delivered and org b did not; the quarter is definitive; both deliver afterwards, and org a the next one."""
    return ledger_of(
        path,
        received(1),
        accepted(1, "org_a"),
        lock(("org_a", 1), ("org_b", None)),
        received(2),
        accepted(2, "org_a", version=2),
        received(3),
        accepted(3, "org_b"),
        received(4),
        accepted(4, "org_a", "2025-Q1"),
    )


def test_a_later_delivery_of_a_definitive_quarter_waits_also_a_first_one(path: Path) -> None:
    in_force = InForce(first(path))
    assert in_force.deferred == {2: ("org_a", "2024-Q4"), 3: ("org_b", "2024-Q4")}
    assert in_force.pairs() == {("org_a", "2024-Q4"), ("org_a", "2025-Q1")}
    assert in_force.delivery("org_a", "2024-Q4") == received(1)
    assert in_force.delivery("org_b", "2024-Q4") is None


def test_who_is_not_in_the_lock_waits_too(path: Path) -> None:
    first(path)
    in_force = InForce(ledger_of(path, received(5), accepted(5, "org_new")))
    assert 5 in in_force.deferred


def test_who_submits_is_told_whether_it_will_wait(path: Path) -> None:
    in_force = InForce(first(path))
    assert in_force.will_defer("f" * 64, "org_a", "2024-Q4")
    assert in_force.will_defer("f" * 64, "org_new", "2024-Q4")
    assert not in_force.will_defer(f"{1:064x}", "org_a", "2024-Q4")  # what is locked already
    assert not in_force.will_defer("f" * 64, "org_a", "2025-Q1")


def test_it_counts_after_the_quarter_was_reopened(path: Path) -> None:
    first(path)
    in_force = InForce(ledger_of(path, Reopened("2024-Q4", "correctie", "An", NOW)))
    assert in_force.deferred == {}
    assert in_force.delivery("org_a", "2024-Q4") == received(2)


def test_a_newer_lock_of_the_quarter_replaces_the_older(path: Path) -> None:
    first(path)
    in_force = InForce(ledger_of(path, Reopened("2024-Q4", "…", "An", NOW), lock(("org_a", 2), ("org_b", 3))))
    assert in_force.deferred == {}
    assert in_force.delivery("org_b", "2024-Q4") == received(3)


def test_reopening_a_quarter_opens_no_year_and_reopening_a_year_no_quarter(path: Path) -> None:
    closed = YearClosed(2024, NOW, None, "digest")
    ledger = ledger_of(path, closed, lock(), Reopened("2024-Q4", "…", "An", NOW))
    assert (ledger.locks, ledger.years_closed) == ({}, [closed])
    ledger = ledger_of(path, lock(), Reopened("2024", "…", "An", NOW))
    assert (list(ledger.locks), ledger.years_closed) == (["2024-Q4"], [])


def test_the_same_file_under_another_number_still_counts(path: Path) -> None:
    first(path)
    again = replace(received(6), sha256=f"{1:064x}")
    in_force = InForce(ledger_of(path, again, accepted(6, "org_a", version=3)))
    assert in_force.delivery("org_a", "2024-Q4") == again


def test_who_sends_the_locked_delivery_again_takes_back_the_one_that_waits(path: Path) -> None:
    """Equal to the newest is unchanged; equal to an older one is a new version, also while the newest waits."""
    in_force = InForce(first(path))
    assert in_force.same_as(replace(received(7), sha256=f"{2:064x}")) == ("org_a", "2024-Q4")
    assert in_force.same_as(replace(received(7), sha256=f"{1:064x}")) is None
