"""The pages that are made from lists hold what the lists say."""

from __future__ import annotations

import csv
import re

from orchestration.home.paths import DBT_PROJECT, SEEDS
from orchestration.reporting.lists.indicator_pages import pages


def listed(name: str) -> list[dict[str, str]]:
    with (SEEDS / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_committed_pages_are_those_that_make_docs_writes() -> None:
    stale = [path.name for path, text in pages().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"


def test_no_published_percentage_is_described_without_its_base() -> None:
    descriptions = next(text for path, text in pages().items() if path.name == "_columns_measures.md")
    percentages = [line for line in descriptions.splitlines() if line.startswith("{% docs pct_")]
    assert percentages
    assert [line for line in percentages if " / " not in line] == []


def test_the_glossary_names_nothing_in_the_marts_that_is_not_there() -> None:
    models = [path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "models").rglob("*.yml")]
    known = {name for text in models for name in re.findall(r"- name: (\w+)", text)}
    known |= {one["measure"] for one in listed("indicators")}
    terms = listed("terms")
    assert len({term["term_nl"] for term in terms}) == len(terms)
    assert [name for term in terms for name in term["in_data"].split() if name not in known] == []
