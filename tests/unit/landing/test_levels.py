"""The level of a rule is a home's own, upwards and, for warnings, downwards; errors stay errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.findings import findings
from orchestration.home.paths import Home
from orchestration.landing import submit
from orchestration.landing.land import land
from orchestration.landing.raw import levels
from orchestration.landing.raw.levels import WrongLevels
from tests.support.broken_files import NOW, good_rows, tidy_csv
from tests.support.broken_sequences import Sent, sequences


def own(home: Home, *lines: str) -> Home:
    home.reference.mkdir(exist_ok=True)
    (home.reference / "rules.csv").write_text("\n".join(["rule,level", *lines, ""]), encoding="utf-8")
    return home


def in_force(home: Home) -> dict[str, str]:
    return {line["rule"]: line["level"] for line in levels.rules_in_force(home)}


def test_a_home_may_raise_any_rule_and_lower_a_warning(home: Home) -> None:
    levels_of_ours = {code: rule.level for code, rule in findings.rules().items()}
    assert in_force(home) == levels_of_ours
    own(home, "W101,info", "W203,error", "I802,warning")
    assert in_force(home) == {**levels_of_ours, "W101": "info", "W203": "error", "I802": "warning"}
    assert levels.refusing(home) == {"W203"}


@pytest.mark.parametrize("rule", [code for code, rule in findings.rules().items() if rule.level == "error"])
def test_no_error_can_be_lowered(rule: str, home: Home) -> None:
    for level in ("warning", "info"):
        with pytest.raises(WrongLevels, match=f"{rule} is een fout en blijft dat"):
            levels.rules_in_force(own(home, f"{rule},{level}"))


@pytest.mark.parametrize("line", ["W999,error", "W101,fout", "W101,", "H901,info", "I801,error", "w101,error"])
def test_a_line_that_cannot_be_followed_is_told_by_its_number(line: str, home: Home) -> None:
    with pytest.raises(WrongLevels, match="rij 3:"):
        levels.rules_in_force(own(home, "W102,error", line))


def file_of(tmp_path: Path, name: str, rows: list[list[str]]) -> Path:
    path = tmp_path / name
    path.write_text(tidy_csv(rows), encoding="utf-8")
    return path


def test_a_warning_made_an_error_refuses_and_one_made_a_mention_asks_nothing(home: Home, tmp_path: Path) -> None:
    rows = good_rows()
    rows[5][7] = "13"  # one more by type than by funding
    path = file_of(tmp_path, "a.csv", rows)
    for level, status in {"error": "rejected", "warning": "accepted", "info": "accepted"}.items():
        (checked,) = submit.check([path], own(home, f"W101,{level}"), NOW)
        assert checked.status == status
        told = {one.level for one in checked.findings if one.rule == "W101"}
        assert told == ({level} - {"info"})  # a mention is for the run to tell


@pytest.mark.parametrize("one", [one for one in sequences() if one.rule == "W204"], ids=lambda one: one.name)
def test_a_rule_across_quarters_made_an_error_refuses_at_the_door_and_at_landing(
    one: Sent, home: Home, tmp_path: Path
) -> None:
    own(home, "W204,error", "W203,info")
    before, last = one.of("org_001")
    (home.inbox / "before.csv").write_text(tidy_csv(before), encoding="utf-8")
    land(home, NOW)
    expected = "rejected" if one.is_odd else "accepted"
    (checked,) = submit.check([file_of(tmp_path, "last.csv", last)], home, NOW)
    assert checked.status == expected
    (home.inbox / "last.csv").write_text(tidy_csv(last), encoding="utf-8")
    (outcome,) = land(home, NOW).outcomes
    assert outcome.status == expected
    assert ("W204" in {found.rule for found in outcome.findings}) == one.is_odd


def test_what_was_refused_is_nothing_to_be_held_against(home: Home) -> None:
    """Three at once: the second lacks a trajectory and is refused, so the third is held against the first."""
    own(home, "W212,error")
    for number, trajectories in enumerate([["ips", "wabz"], ["wabz"], ["ips", "wabz"]]):
        rows = good_rows("org_001", trajectories=trajectories)
        rows[-1][7] = str(number)
        (home.inbox / f"{number}.csv").write_text(tidy_csv(rows), encoding="utf-8")
    statuses = {one.file_name: one.status for one in land(home, NOW).outcomes}
    assert statuses == {"0.csv": "accepted", "1.csv": "rejected", "2.csv": "accepted"}
