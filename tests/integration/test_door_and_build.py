"""What the door says of a delivery, beside earlier ones, is what the run says of it after the build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from orchestration import transforming
from orchestration.findings.findings import Finding
from orchestration.home.paths import Home
from orchestration.landing import submit
from orchestration.landing.land import land
from orchestration.landing.raw import run_context
from orchestration.ledger import receipts
from orchestration.ledger.receipts import YearClosed
from orchestration.quality.across_quarters import RULES
from tests.conftest import copied
from tests.support import corruptions
from tests.support.broken_files import tidy_csv
from tests.support.broken_sequences import BEFORE, CLOSED, Sent, ordinary, sequences
from tests.support.corruptions import corrupted, kinds
from tests.support.random_deliveries import to_tidy_csv
from tests.support.warehouse import read_mart

NOW = datetime(2024, 8, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 7, 20, 9, tzinfo=UTC)  # every quarter of the random deliveries has ended
TOLD = ("rule", "region_code", "trajectory", "location", "found", "expected", "message")
Told = tuple[str, ...]


@dataclass
class Case:
    """A delivery with what its organisation sent before, and what is said of it at the door and after the build."""

    organisation: str
    before: list[str]
    last: str
    at_the_door: list[Told] = field(default_factory=list)
    after_the_build: list[Told] = field(default_factory=list)

    @property
    def rules(self) -> set[str]:
        return {rule for rule, *_ in self.at_the_door}


def said(home: Home, cases: list[Case], folder: Path, now: datetime) -> None:
    """Send what went before, ask the door of the last files all at once, and then have them land and built."""
    names = [f"{one.organisation},{one.organisation},," for one in cases]
    home.reference.mkdir()
    lists = "\n".join(["organisation_id,name,active_from,active_to", *names, ""])
    (home.reference / "organisations.csv").write_text(lists, encoding="utf-8")
    for turn in range(max(len(one.before) for one in cases)):
        for one in cases:
            if turn < len(one.before):
                (home.inbox / f"{one.organisation}.csv").write_text(one.before[turn], encoding="utf-8")
        land(home, now - timedelta(days=10 - turn))
    receipts.close_year(home.receipts, YearClosed(CLOSED, (now - timedelta(days=1)).isoformat(), None, ""))
    files = {folder / f"{one.organisation}.csv": one for one in cases}
    for path, one in files.items():
        path.write_text(one.last, encoding="utf-8", errors="surrogateescape")
    for checked in submit.submit(list(files), home, now):
        files[checked.path].at_the_door = sorted(map(told, checked.findings))
    landed = {one.file_name: one.receipt for one in land(home, now).outcomes if one.status == "accepted"}
    run_context.write(home, now)
    list(transforming.build(home, select=["+findings"]))
    found = read_mart(home.warehouse, "findings")
    for one in cases:
        receipt = landed.get(f"{one.organisation}.csv")
        these = [row for row in found if row["receipt"] == receipt]
        one.after_the_build = sorted(tuple(str(row[name] or "") for name in TOLD) for row in these)
        one.at_the_door = one.at_the_door if receipt else []  # refused, so nothing of it is in the warehouse
    for one in cases:
        one.at_the_door = [line for line in one.at_the_door if line[0] in RULES]
        one.after_the_build = [line for line in one.after_the_build if line[0] in RULES]


def told(finding: Finding) -> Told:
    return tuple(str(getattr(finding, name)) for name in TOLD)


@pytest.fixture(scope="module")
def sent(parsed_home: Home, tmp_path_factory: pytest.TempPathFactory, without_data_tests: None) -> dict[str, Case]:
    folder = tmp_path_factory.mktemp("sent")
    cases = {one.name: made_of(one, number) for number, one in enumerate(sequences())}
    said(copied(parsed_home, folder / "home"), list(cases.values()), folder, NOW)
    return cases


def made_of(one: Sent, number: int) -> Case:
    organisation = f"org_{number}"
    *before, last = [tidy_csv(rows) for rows in one.of(organisation)]
    return Case(organisation, before, last)


@pytest.mark.parametrize("one", sequences(), ids=lambda one: one.name)
def test_a_rule_across_quarters_speaks_at_the_door_just_outside_and_not_just_inside(
    one: Sent, sent: dict[str, Case]
) -> None:
    assert (one.rule in sent[one.name].rules) == one.is_odd, sent[one.name].at_the_door
    assert sent[one.name].at_the_door == sent[one.name].after_the_build


def test_every_rule_across_quarters_can_be_set_off(sent: dict[str, Case]) -> None:
    assert {rule for case in sent.values() for rule, *_ in case.after_the_build} == set(RULES)
    assert {one.rule for one in sequences()} == set(RULES)


def pairs(count: int) -> Iterator[Case]:
    """Random deliveries behind the quarters before, spoilt at random, some in the place of an earlier version."""
    rng = Random("pairs")
    for number in range(count):
        source, content = corrupted(rng.choice(sorted(kinds())), number)
        right = corruptions.world(source.world)
        own = [one for one in right if one.organisation == source.organisation and one.quarter < source.quarter]
        before = [right[one] for one in sorted(own, key=lambda one: one.quarter)]
        before += [right[source]] if rng.random() < 0.5 else []
        name = f"pair_{number}"
        texts = [to_tidy_csv(one).replace(source.organisation, name) for one in before]
        yield Case(name, texts, content.decode("utf-8", "surrogateescape").replace(source.organisation, name))


@pytest.mark.parametrize("count", [40, pytest.param(200, marks=pytest.mark.long)])
def test_the_door_says_of_random_deliveries_what_the_build_says(
    count: int, parsed_home: Home, tmp_path: Path, without_data_tests: None
) -> None:
    cases = list(pairs(count))
    said(copied(parsed_home, tmp_path / "home"), cases, tmp_path, LATER)
    different = [(one.organisation, one.at_the_door, one.after_the_build) for one in cases]
    assert [one for one in different if one[1] != one[2]] == []
    assert sum(bool(one.after_the_build) for one in cases) > count / 10


@pytest.mark.parametrize("successor", ["org_a", ""])
def test_who_takes_over_another_is_held_beside_both_at_the_door_and_after_the_build(
    successor: str, parsed_home: Home, tmp_path: Path, without_data_tests: None
) -> None:
    home = copied(parsed_home, tmp_path / "home")
    home.reference.mkdir()
    header = "organisation_id,name,active_from,active_to,taken_over_by"
    lists = [header, "org_a,A,,,", f"org_b,B,,2024-Q1,{successor}", ""]
    (home.reference / "organisations.csv").write_text("\n".join(lists), encoding="utf-8")
    for organisation in ("org_a", "org_b"):
        rows = [[organisation, *row[1:]] for row in ordinary(BEFORE, "1")]
        (home.inbox / f"{organisation}.csv").write_text(tidy_csv(rows), encoding="utf-8")
    land(home, NOW - timedelta(days=9))
    both = [["org_a", *row[1:7], str(2 * int(row[7]))] for row in ordinary()]
    path = tmp_path / "both.csv"
    path.write_text(tidy_csv(both), encoding="utf-8")
    at_the_door = {one.rule for checked in submit.submit([path], home, NOW) for one in checked.findings}
    land(home, NOW)
    run_context.write(home, NOW)
    list(transforming.build(home, select=["+findings", "+organisation_quarterly", "+delivery_status"]))
    quarter = of_the_quarter(home, "organisation_quarterly")
    active, started, ended = (
        sum(int(str(row[f"clients_{what}"])) for row in quarter) for what in ("active", "started", "ended")
    )
    after = {row["rule"] for row in of_the_quarter(home, "findings")}
    assert started == (ended if successor else ended + active // 2)
    assert ("W203" in at_the_door, "W203" in after) == ((False, False) if successor else (True, True))
    assert {row["organisation_id"] for row in of_the_quarter(home, "delivery_status")} == {"org_a"}


def of_the_quarter(home: Home, mart: str) -> list[dict[str, object]]:
    return [row for row in read_mart(home.warehouse, mart) if row["period"] == "2024-Q2"]
