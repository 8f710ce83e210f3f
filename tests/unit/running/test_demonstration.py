"""The demo receives the sample on days such as real deliveries come in."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.home.settings import amsterdam_day
from orchestration.ledger import receipts
from orchestration.running import demonstration

NOW = datetime(2026, 2, 15, 12, tzinfo=UTC)


def landed(home: Home) -> dict[str, datetime]:
    return {
        one.file_name: datetime.fromisoformat(one.landed_at) for one in receipts.read(home.receipts).received.values()
    }


def test_the_sample_lands_around_its_deadlines_most_of_it_on_time(home: Home) -> None:
    deadlines = {line["quarter"]: date.fromisoformat(line["deadline"]) for line in reference_list(home, "quarters")}
    demonstration.fill_inbox(home)
    assert demonstration.receive(home, NOW) == len(demonstration.sample_files())
    days = Counter((amsterdam_day(at) - deadlines[name[:7]]).days for name, at in landed(home).items())
    assert set(days) == set(demonstration.LANDINGS)
    on_time = sum(count for after, count in days.items() if after <= 0)
    assert 0.8 < on_time / sum(days.values()) < 0.95


def test_a_home_of_before_the_sample_was_due_lands_it_at_once(home: Home) -> None:
    early = datetime(2022, 10, 1, tzinfo=UTC)
    demonstration.fill_inbox(home)
    demonstration.receive(home, early)
    assert set(landed(home).values()) == {early}


def test_once_more_lands_nothing_and_another_home_gets_the_same_days(home: Home, tmp_path: Path) -> None:
    other_home = Home(tmp_path / "other").create()
    for one in (home, other_home):
        demonstration.fill_inbox(one)
        demonstration.receive(one, NOW)
    assert landed(home) == landed(other_home)
    assert demonstration.fill_inbox(home) == 0
    assert demonstration.receive(home, NOW) == 0
