"""Findings and the catalogue they are written from."""

import re

import pytest

from orchestration.findings import findings
from orchestration.findings.findings import Finding, finding


def test_codes_are_unique_and_well_formed() -> None:
    lines = findings.CATALOGUE.read_text(encoding="utf-8").splitlines()[1:]
    codes = [line.split(",")[0] for line in lines]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch("[EWIH][0-9]{3}", code) for code in codes)


def test_names_are_unique() -> None:
    names = [rule.name for rule in findings.rules().values()]
    assert len(names) == len(set(names))


def test_levels_agree_with_codes() -> None:
    levels = {"E": "error", "W": "warning", "I": "info", "H": "held"}
    assert all(rule.level == levels[rule.rule[0]] for rule in findings.rules().values())


@pytest.mark.parametrize("text", ["x" * 10_000_000, "\x1b[31mrood", "regel\nregel", "\u202eomgekeerd"])
def test_what_is_quoted_from_a_file_is_short_and_harmless(text: str) -> None:
    shown = findings.shown(text)
    assert shown.isprintable()
    assert len(shown) <= 61


def test_an_empty_value_is_called_empty() -> None:
    assert findings.shown("") == "(leeg)"


def test_braces_in_a_file_are_no_template() -> None:
    assert "{region_code.__class__}" in finding("E301", region_code="{region_code.__class__}").message


def test_at_most_a_thousand_findings_of_a_rule_are_written_out() -> None:
    many = [finding("E401", f"rij {number}") for number in range(1500)] + [finding("E402", clients="-1")]
    kept = findings.capped(many)
    assert len(kept) == 1002
    assert isinstance(kept[-1], Finding)
    assert (kept[-1].rule, kept[-1].found) == ("E401", "nog 500 keer")
